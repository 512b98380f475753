"""A colleague is asked to take it over, and accepts or declines."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor, Staff
from hospital_crm.lib.errors import DomainError
from promises.models import Promise, PromiseEvent

from .asked import NotAcceptedYet, is_only_asked, tell_asked
from .changes import change, in_lock_order, record, renew
from .keepers import check_can_keep
from .ownership import give, owes_alone, tell_before
from .reminders import tell

Verb = PromiseEvent.Verb


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


class OwesAlready(DomainError):
    """Passing on to whoever has it changes nothing."""

    message = _("This person owes it already.")
    field = "to"


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
    if owes_alone(promise, staff):
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


def _did_last(promise: Promise, actor: Actor, verb: Verb, reason: str) -> bool:
    """The last thing that happened to it is just this."""
    last = promise.events.order_by("pk").last()
    return last is not None and (last.actor_id, last.verb, last.reason) == (actor.pk, verb, reason)


def _check_asked(promise: Promise, staff: Staff) -> None:
    if promise.is_open and promise.pending_owner_id != staff.pk:
        raise NotAskedToTakeOver
