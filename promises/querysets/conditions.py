"""What holds of a promise by itself: open, late, unowned, when it falls due."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Case, Q, Value, When
from django.utils import timezone

from accounts.models import Staff
from hospital_crm.lib.moments import midnight_after

OPEN = Q(state="open")
TARGETS = ("patient", "contact", "organisation")
OF_ROWS = ("data_right", "check_looks")  # made from a row of a lower app, and kept when that is done
FROM_TEXT = "inbound_text:"  # the source of a promise that was made from what somebody wrote to us begins so
SOON = timedelta(hours=1)


def unowned() -> Q:
    """Nobody has taken it; or whoever had has left, or lost the role that keeps promises."""
    return Q(owner__isnull=True) | ~Q(owner__in=Staff.objects.keepers())


def late_at(at: datetime) -> Q:
    return OPEN & Q(late_at__lt=at)


def falls_at(at: datetime, *, unowned_first: bool) -> Case:
    """When an open promise falls due, as of then: the groups of the workbench, and what the list's filter asks for."""
    places = [
        When(late_at(at), then=Value("late")),
        When(due_at__lt=at + SOON, then=Value("hour")),
        When(due_at__lt=midnight_after(timezone.localdate(at)), then=Value("today")),
    ]
    if unowned_first:
        places.insert(0, When(unowned(), then=Value("unowned")))
    return Case(*places, default=Value("later"))
