"""The one escalation: late, later, too late; each level once, its recipients looked up then."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import Actor, Staff, Team
from institution.models import Setting
from promises.models import Promise, PromiseEvent

from .changes import record
from .recipients import recipients, who_answers_for
from .reminders import tell, tell_group_too

LEVELS = (1, 2, 3)
BATCH = 200


def escalate_late(*, actor: Actor, at: datetime) -> int:
    """Every open promise stands at the level that its lateness has reached, and that level's people know.

    Returns how many levels were raised. Two that run at once raise each level once.
    """
    return sum(_raise(promise, level, actor, at) for level in LEVELS for promise in _due_for(level, at))


def _due_for(level: int, at: datetime) -> list[Promise]:
    delay = timedelta(minutes=float(Setting.objects.number(f"promises.late_{level}_minutes")))
    late = Promise.objects.late(at - delay).filter(escalation_level=level - 1)
    return list(late.with_people().order_by("late_at", "pk")[:BATCH])


@transaction.atomic
def _raise(promise: Promise, level: int, actor: Actor, at: datetime) -> bool:
    below = Promise.objects.open().filter(pk=promise.pk, escalation_level=level - 1, revision=promise.revision)
    if below.update(escalation_level=level) != 1:
        return False
    promise.refresh_from_db(fields=["escalation_level"])
    told = recipients(promise, level, at)
    record(promise, PromiseEvent.Verb.ESCALATED, actor=actor, at=at, level=level, **_to_whom(promise, level, told))
    step = "late" if promise.lateness(at) == "due" else "unowned"
    for staff in told:
        tell(promise, staff, f"{step}{level}", actor=actor, at=at)
    to = next(iter(told), None) or who_answers_for(promise)
    if to is not None and _concerns_group(promise, level):
        tell_group_too(promise, to, f"{step}{level}", actor=actor, at=at)
    return True


def _to_whom(promise: Promise, level: int, told: list[Staff]) -> dict[str, Staff | Team | None]:
    """As the history names it: the team, or the one person; of several managers none stands for the others."""
    if level == 1 and promise.owner is None:
        return {"team": promise.team}
    return {"staff": told[0]} if len(told) == 1 else {}


def _concerns_group(promise: Promise, level: int) -> bool:
    """What is for the team or who leads it; not what is first said to one colleague alone, nor what goes further up."""
    return level == 2 or (level == 1 and promise.owner is None)
