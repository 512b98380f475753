"""The bell: what one was told in the app. Opening the list marks as read what it shows."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Max
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe

from accounts.access import Capability, StaffRequest, needs, polled
from hospital_crm.lib.htmx import render_part
from hospital_crm.lib.paging import page_of
from messaging.models import Message
from messaging.services.notes import read_notes

IN_MENU = 8


@require_safe
@needs(Capability.USE_OWN_ACCOUNT)
def notes(request: StaffRequest) -> HttpResponse:
    """The page, its next part, or the few newest for the menu."""
    mine = Message.objects.notes_of(request.user).with_people()
    now = timezone.now()
    in_menu = bool(getattr(request, "htmx", None)) and request.htmx.target == "notes"  # type: ignore[attr-defined]
    page = page_of(mine, request, ordering=("-settled_at", "-pk"))
    shown = page.rows[:IN_MENU] if in_menu else page.rows
    read_notes(staff=request.user, shown=shown, at=now)
    context = {"page": page, "shown": shown, "now": now, "unread": mine.unread().count()}
    return render_part(request, "messaging/notes.html", "notes" if in_menu else "rows", context)


@require_safe
@polled
@needs(Capability.USE_OWN_ACCOUNT)
def bell(request: StaffRequest) -> HttpResponse:
    """How many are unread; 204 while that is what the page knows already (`?seen=`)."""
    unread = Message.objects.notes_of(request.user).unread()
    found: dict[str, Any] = unread.aggregate(count=Count("pk"), newest=Max("settled_at"))
    newest: datetime | None = found["newest"]
    known = request.GET.get("seen", "")
    seen = f"{found['count']} {newest.isoformat() if newest else ''}"
    if seen == known:
        return HttpResponse(status=204)
    news = unread.with_people().order_by("-settled_at", "-pk").first() if _is_news(newest, known) else None
    context = {"unread": found["count"], "seen": seen, "news": news, "now": timezone.now()}
    return render(request, "messaging/notes.html#bell", context)


def _is_news(newest: datetime | None, known: str) -> bool:
    """Something came since the page asked last; what was there when it opened is no news."""
    if newest is None or not known:
        return False
    try:
        before = parse_datetime(known.partition(" ")[2])
    except ValueError:
        return False
    return before is None or before.tzinfo is None or before < newest
