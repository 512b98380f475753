"""Who owes it: taken from the team, passed on and accepted, reassigned, released by who may keep it no longer."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor, Staff, Team
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.moments import said
from promises.models import Promise, PromiseEvent

from .changes import PromiseHasChanged, change, in_lock_order, record, renew
from .keepers import can_take, check_can_keep, check_owner, keepers_of
from .promises import NotAcceptedYet, clock, is_only_asked, place_of, tell_asked
from .recipients import nearest_head
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


class NotAskedToTakeOver(DomainError):
    """Only whom it was passed on to can accept or decline, and only while the question stands."""

    message = _("This is no longer passed on to you.")


class NotYoursToPassOn(NotAcceptedYet):
    """Nor does whoever was only asked ask the next one."""

    field = "to"


class PassedOnToOneself(DomainError):
    """Nobody needs to ask oneself."""

    message = _("You cannot pass this on to yourself. Take it instead.")
    field = "to"


class EitherPersonOrTeam(DomainError):
    """Two cannot owe the same."""

    message = _("Either a colleague or a team.")
    field = "team"


class OwesAlready(DomainError):
    """Passing on to whoever has it changes nothing."""

    message = _("This person owes it already.")
    field = "to"


@transaction.atomic
def take_promise(*, promise: Promise, staff: Staff, at: datetime) -> Promise:
    """The person owes it from now on: it lay with the team, or with a colleague for whom the person stands in.

    Whoever owes it already just goes on owing it.
    Raises AlreadyTaken, CannotTakeOver, PromiseAlreadyOver, PromiseHasChanged.
    """
    if _owes(promise, staff):
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


@transaction.atomic
def hand_over_promise(*, promise: Promise, to: Staff, reason: str = "", actor: Actor, at: datetime) -> Promise:
    """The colleague was asked to take it over; until that is accepted, the owner still owes and is reminded.

    Asked once more with the same words, nobody is told twice.
    Raises OwesAlready, PassedOnToOneself, NotYoursToPassOn, CannotTakeOver, PromiseAlreadyOver, PromiseHasChanged.
    """
    if promise.owner_id == to.pk:
        raise OwesAlready
    if actor.staff_id == to.pk:
        raise PassedOnToOneself
    if is_only_asked(promise, actor):
        raise NotYoursToPassOn
    if promise.is_open and promise.pending_owner_id == to.pk and _did_last(promise, actor, Verb.HANDED_OVER, reason):
        return promise
    check_can_keep(promise, to)
    asked = promise.pending_owner
    change(promise, at=at, pending_owner=to, revision=promise.revision + 1)
    record(promise, Verb.HANDED_OVER, actor=actor, at=at, staff=to, reason=reason)
    renew(promise, actor=actor, at=at)
    tell(promise, to, "asked", actor=actor, at=at)
    tell_asked(promise, asked, actor=actor, at=at)
    return promise


@transaction.atomic
def hand_over_promises(*, promises: Iterable[Promise], to: Staff, reason: str = "", actor: Actor, at: datetime) -> int:
    """The colleague was asked to take over all of them, or none; returns how many.

    Raises what `hand_over_promise` raises.
    """
    done = 0
    for promise in in_lock_order(promises):
        hand_over_promise(promise=promise, to=to, reason=reason, actor=actor, at=at)
        done += 1
    return done


@transaction.atomic
def accept_promise(*, promise: Promise, staff: Staff, at: datetime) -> Promise:
    """The person owes it from now on, and whoever passed it on knows.

    Whoever has accepted it before just goes on owing it. Raises NotAskedToTakeOver, PromiseAlreadyOver.
    """
    if _owes(promise, staff):
        return promise
    before = promise.owner
    _check_asked(promise, staff)
    give(promise, staff, at=at)
    record(promise, Verb.ACCEPTED, actor=staff.actor, at=at, staff=staff)
    renew(promise, actor=staff.actor, at=at)
    tell_before(promise, before, "accepted", actor=staff.actor, at=at)
    return promise


@transaction.atomic
def accept_promises(*, promises: Iterable[Promise], staff: Staff, at: datetime) -> int:
    """The person owes all of them from now on, or none; returns how many. Raises what `accept_promise` raises."""
    done = 0
    for promise in in_lock_order(promises):
        accept_promise(promise=promise, staff=staff, at=at)
        done += 1
    return done


@transaction.atomic
def decline_promise(*, promise: Promise, staff: Staff, reason: str = "", at: datetime) -> Promise:
    """It stays with whoever has it, who is told; whoever has declined it before declines nothing more.

    Raises NotAskedToTakeOver, PromiseAlreadyOver.
    """
    if promise.is_open and promise.pending_owner is None and _did_last(promise, staff.actor, Verb.DECLINED, reason):
        return promise
    _check_asked(promise, staff)
    change(promise, at=at, pending_owner=None, revision=promise.revision + 1)
    record(promise, Verb.DECLINED, actor=staff.actor, at=at, staff=staff, reason=reason)
    renew(promise, actor=staff.actor, at=at)
    if promise.owner is not None:
        tell(promise, promise.owner, "declined", actor=staff.actor, at=at)
    return promise


@transaction.atomic
def reassign_promise(
    *, promise: Promise, owner: Staff | None, team: Team | None, reason: str = "", actor: Actor, at: datetime
) -> Promise:
    """The person or the team owes it from now on: decided from above, so nobody needs to accept.

    Where they owe it already, and nobody was asked to take it over, nothing happens.
    Raises EitherPersonOrTeam, NobodyOwns, OwnerHasLeft, CannotOwn, NobodyOnTeam, PromiseAlreadyOver,
    PromiseHasChanged.
    """
    before, asked = promise.owner, promise.pending_owner
    if owner is not None and team is not None:
        raise EitherPersonOrTeam
    check_owner(owner, team, keepers_of(promise))
    if _is_owed_by(promise, owner, team):
        return promise
    give(promise, owner, at=at, team=team if owner is None else promise.team)
    record(promise, Verb.REASSIGNED, actor=actor, at=at, staff=owner, team=team, reason=reason)
    renew(promise, actor=actor, at=at)
    if owner is not None and owner != actor.staff:
        tell(promise, owner, "reassigned", actor=actor, at=at)
    tell_before(promise, before, "moved", actor=actor, at=at)
    tell_asked(promise, asked, actor=actor, at=at)
    return promise


def _is_owed_by(promise: Promise, owner: Staff | None, team: Team | None) -> bool:
    if not promise.is_open or promise.pending_owner is not None or promise.owner != owner:
        return False
    return owner is not None or promise.team == team


class SomeAreGone(DomainError):
    """Of what was named, `number` are settled, or not the leader's to give: then nothing moves."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number

    def __str__(self) -> str:
        text = ngettext(
            "%(number)d of these promises is not open any more, or not yours to reassign. Nothing was changed.",
            "%(number)d of these promises are not open any more, or not yours to reassign. Nothing was changed.",
            self.number,
        )
        return text % {"number": self.number}


class GivenBefore(SomeAreGone):
    """The leader gave them away, and asks once more: after going back to the form."""

    def __init__(self, number: int, given_at: datetime) -> None:
        super().__init__(number)
        self.given_at = given_at

    def __str__(self) -> str:
        when = said(self.given_at, timezone.now())
        return gettext("You reassigned these %(when)s. Nothing more was changed.") % {"when": when}


def gone(keys: Collection[int], found: Collection[Promise], *, leader: Staff) -> SomeAreGone | None:
    """What speaks against reassigning all that was named, where only these of them were found."""
    missing = set(keys) - {promise.pk for promise in found}
    if not missing:
        return None
    still_open = Promise.objects.open().not_about(leader).filter(pk__in=missing)
    given = PromiseEvent.objects.filter(promise__in=still_open, verb=Verb.REASSIGNED, actor__staff=leader)
    moments = dict(given.order_by("happened_at", "pk").values_list("promise", "happened_at"))
    return (
        GivenBefore(len(missing), max(moments.values())) if len(moments) == len(missing) else SomeAreGone(len(missing))
    )


@transaction.atomic
def reassign_promises(
    *, promises: Iterable[Promise], owner: Staff | None, team: Team | None, reason: str, actor: Actor, at: datetime
) -> int:
    """All of them at once, or none; returns how many. Raises what `reassign_promise` raises."""
    done = 0
    for promise in in_lock_order(promises):
        reassign_promise(promise=promise, owner=owner, team=team, reason=reason, actor=actor, at=at)
        done += 1
    return done


def release_promises(*, actor: Actor, at: datetime) -> int:
    """What those owed who may keep it no longer lies with the team or with the head; returns how many promises moved.

    They have left, or lost the role, or turned out to be concerned.

    Where there is neither, it stays and stands among the unowned.
    """
    moved = sum(_release(promise, actor, at) for promise in Promise.objects.open().deserted().with_people())
    for promise in Promise.objects.open().asked_in_vain().with_people():
        _take_back(promise, actor, at)
    return moved


def _take_back(promise: Promise, actor: Actor, at: datetime) -> None:
    """Whom it was passed on to keeps no promises any more: it stays with whoever has it, who is told."""
    asked = promise.pending_owner
    try:
        with transaction.atomic():
            change(promise, at=at, pending_owner=None, revision=promise.revision + 1)
            record(promise, Verb.DECLINED, actor=actor, at=at, staff=asked)
            renew(promise, actor=actor, at=at)
            if promise.owner is not None:
                tell(promise, promise.owner, "declined", actor=actor, at=at)
    except DomainError:  # settled or answered in the same moment
        return


@transaction.atomic
def _release(promise: Promise, actor: Actor, at: datetime) -> bool:
    team, head = promise.team, None
    if team is None or not can_take(team, keepers_of(promise)):
        team, head = None, nearest_head(promise, at)
    if team is None and head is None:
        return False
    try:
        reassign_promise(promise=promise, owner=head, team=team, actor=actor, at=at)
    except DomainError:  # settled or moved in the same moment
        return False
    return True


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


def _owes(promise: Promise, staff: Staff) -> bool:
    """The person owes it, and nobody else is asked to."""
    return promise.is_open and promise.owner_id == staff.pk and promise.pending_owner_id is None


def _did_last(promise: Promise, actor: Actor, verb: Verb, reason: str) -> bool:
    """The last thing that happened to it is just this."""
    last = promise.events.order_by("pk").last()
    return last is not None and (last.actor_id, last.verb, last.reason) == (actor.pk, verb, reason)


def _check_asked(promise: Promise, staff: Staff) -> None:
    if promise.is_open and promise.pending_owner_id != staff.pk:
        raise NotAskedToTakeOver
