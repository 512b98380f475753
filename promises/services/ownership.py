"""Who owes it: taken from the team; and what every change of the owner has in common."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor, Staff, Team
from hospital_crm.lib.errors import DomainError
from promises.models import Promise, PromiseEvent

from .asked import tell_asked
from .changes import PromiseHasChanged, change, record, renew
from .deadlines import clock
from .keepers import check_can_keep
from .promises import place_of
from .reminders import tell

Verb = PromiseEvent.Verb


class AlreadyTaken(DomainError):
    """Somebody else was quicker; `current` says who."""

    message = _("Somebody else has taken this.")

    def __init__(self, current: Promise) -> None:
        super().__init__()
        self.current = current

    def __str__(self) -> str:
        owner = self.current.owner
        return gettext("%(name)s has taken this already.") % {"name": owner} if owner else str(self.message)


@transaction.atomic
def take_promise(*, promise: Promise, staff: Staff, at: datetime) -> Promise:
    """The person owes it from now on: it lay with the team, or with a colleague for whom the person stands in.

    Whoever owes it already just goes on owing it.
    Raises AlreadyTaken, CannotTakeOver, PromiseAlreadyOver, PromiseHasChanged.
    """
    if owes_alone(promise, staff):
        return promise
    before, asked = promise.owner, promise.pending_owner
    check_can_keep(promise, staff)
    free = Promise.objects.filter(pk=promise.pk).taken_by(staff, timezone.localdate(at))
    if before is not None and not free.exists():
        raise AlreadyTaken(promise)
    try:
        give(promise, staff, at=at)
    except PromiseHasChanged as changed:
        if changed.current.owner_id == promise.owner_id:
            raise  # still to be taken, by whoever has read what became of it
        raise AlreadyTaken(changed.current) from changed
    record(promise, Verb.TAKEN, actor=staff.actor, at=at, staff=staff)
    renew(promise, actor=staff.actor, at=at)
    tell_before(promise, before, "stood_in", actor=staff.actor, at=at)
    tell_asked(promise, asked, actor=staff.actor, at=at)
    return promise


def give(promise: Promise, owner: Staff | None, *, at: datetime, team: Team | None = None) -> None:
    """One change for everything that moves a promise; what is late already has told its levels."""
    times, place = clock(promise.due_at, is_owned=owner is not None, at=at), place_of(owner, team)
    is_late = times["late_at"] is not None and times["late_at"] < at
    change(
        promise,
        at=at,
        owner=owner,
        team=team or promise.team,
        pending_owner=None,
        revision=promise.revision + 1,
        escalation_level=promise.escalation_level if is_late else 0,
        **times,
        **({"department": place} if place is not None else {}),
    )


def tell_before(promise: Promise, before: Staff | None, step: str, *, actor: Actor, at: datetime) -> None:
    """Whoever owed it until now knows that it is no longer theirs, whatever becomes of it afterwards."""
    if before is not None and before.is_active and before.pk not in (promise.owner_id, actor.staff_id):
        tell(promise, before, step, actor=actor, at=at, stays=True)


def owes_alone(promise: Promise, staff: Staff) -> bool:
    """The person owes it, and nobody else is asked to."""
    return promise.is_open and promise.owner_id == staff.pk and promise.pending_owner_id is None
