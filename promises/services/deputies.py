"""Who stands in is reminded of what the absent owe; looked up when it falls due, for absences come and go."""

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import Actor
from institution.models import Setting
from promises.models import Promise

from .recipients import recipients
from .reminders import tell

LOOK_BACK = timedelta(hours=1)  # what fell due before is late, and escalation tells the deputy


def remind_deputies(*, actor: Actor, at: datetime) -> int:
    """Who stands in today has been told what is due soon or now and whose owner is away; returns how many were told.

    However often it runs, each step of a revision is told once.
    """
    ahead = timedelta(minutes=float(Setting.objects.number("promises.ahead_minutes")))
    soon = Promise.objects.open().left_to_deputies(timezone.localdate(at)).with_people()
    near = soon.filter(due_at__gt=at - LOOK_BACK, due_at__lte=at + ahead)
    return sum(_remind(promise, actor, at) for promise in near)


def _remind(promise: Promise, actor: Actor, at: datetime) -> int:
    step, until = ("ahead", promise.due_at) if promise.due_at > at else ("due", None)
    told = [
        tell(promise, staff, step, actor=actor, at=at, expires_at=until)
        for staff in recipients(promise, 1, at)
        if staff.pk != promise.owner_id
    ]
    return sum(1 for queued in told if queued)
