"""Sessions in the database, read by a query that is put together once."""

from __future__ import annotations

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import CharField, DateTimeField
from django.utils import timezone

from hospital_crm.lib.prepared import Gap, Prepared

_running = Prepared[Session]()


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
