"""Sessions in the database, read by a query that is put together once; and the cookie that names one."""

from __future__ import annotations

from django.conf import settings
from django.contrib.sessions.backends import db
from django.contrib.sessions.middleware import SessionMiddleware
from django.contrib.sessions.models import Session
from django.db.models import CharField, DateTimeField
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from hospital_crm.lib.prepared import Gap, Prepared

_running = Prepared[Session](is_planned_once=True)


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Session | None:
        found = _running.rows(
            "by key",
            lambda: Session.objects.filter(
                session_key=Gap("key", CharField()), expire_date__gt=Gap("now", DateTimeField())
            ),
            {"key": self.session_key, "now": timezone.now()},
        )
        if not found:
            self._session_key = None
        return found[0] if found else None


class LastingCookieMiddleware(SessionMiddleware):
    """A cookie that names no session any more goes only where somebody signed out.

    A new password gives the session a new key, and what the page had asked by itself under the old one is answered
    meanwhile. Django's middleware would take the cookie away with such an answer, and so sign the person out.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        signed_out = request.method == "POST" and request.session.modified
        answer = super().process_response(request, response)
        if not signed_out and request.session.is_empty():
            answer.cookies.pop(settings.SESSION_COOKIE_NAME, None)
        return answer
