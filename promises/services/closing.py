"""A promise ends: kept, withdrawn, given up because nobody was reached, or with the row that it was made from."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor
from hospital_crm.lib.errors import DomainError
from promises.models import Promise, PromiseEvent

from .asked import check_accepted, tell_asked
from .changes import change, record, stop, tell_story
from .promises import check_reason
from .reminders import tell

Verb = PromiseEvent.Verb


class RowDecides(DomainError):
    """It is kept by what it was made from, and by nothing else."""

    message = _("This is done on the page that it was made from, and then kept by itself.")


@transaction.atomic
def keep_promise(*, promise: Promise, note: str = "", actor: Actor, at: datetime) -> Promise:
    """What was promised is done.

    Raises NotAcceptedYet, PromiseAlreadyOver, PromiseHasChanged.
    """
    check_accepted(promise, actor)
    return _end(promise, Promise.State.KEPT, Verb.KEPT, note, actor, at)


@transaction.atomic
def withdraw_promise(*, promise: Promise, reason: str, actor: Actor, at: datetime) -> Promise:
    """It is no longer owed, for a reason.

    Raises NotAcceptedYet, ReasonIsMissing, PromiseAlreadyOver, PromiseHasChanged.
    """
    check_accepted(promise, actor)
    return close_refused(promise=promise, reason=reason, actor=actor, at=at)


@transaction.atomic
def close_reached(*, promise: Promise, note: str = "", actor: Actor, at: datetime) -> Promise:
    """Somebody, whoever it was, spoke with the person about it: it is kept.

    Raises PromiseAlreadyOver, PromiseHasChanged.
    """
    return _end(promise, Promise.State.KEPT, Verb.KEPT, note, actor, at)


@transaction.atomic
def close_refused(*, promise: Promise, reason: str, actor: Actor, at: datetime) -> Promise:
    """The person wants it no longer, whoever heard that.

    Raises ReasonIsMissing, PromiseAlreadyOver, PromiseHasChanged.
    """
    check_reason(reason)
    return _end(promise, Promise.State.WITHDRAWN, Verb.WITHDRAWN, reason, actor, at)


@transaction.atomic
def close_not_reached(*, promise: Promise, reason: str, actor: Actor, at: datetime) -> Promise:
    """The person could not be reached, and the story says so.

    Raises ReasonIsMissing, PromiseAlreadyOver, PromiseHasChanged.
    """
    check_reason(reason)
    return _end(promise, Promise.State.NOT_REACHED, Verb.NOT_REACHED, reason, actor, at)


@transaction.atomic
def close_of_row(*, promise: Promise, actor: Actor, at: datetime) -> Promise:
    """What it was made from is done.

    Raises PromiseAlreadyOver, PromiseHasChanged.
    """
    return _end(promise, Promise.State.KEPT, Verb.KEPT, "", actor, at, is_row_done=True)


@transaction.atomic
def close_without_row(*, promise: Promise, reason: str, actor: Actor, at: datetime) -> Promise:
    """What it was made from is gone, and it is owed no longer.

    Raises ReasonIsMissing, PromiseAlreadyOver, PromiseHasChanged.
    """
    check_reason(reason)
    return _end(promise, Promise.State.WITHDRAWN, Verb.WITHDRAWN, reason, actor, at, is_row_done=True)


def _end(
    promise: Promise,
    state: Promise.State,
    verb: Verb,
    reason: str,
    actor: Actor,
    at: datetime,
    *,
    is_row_done: bool = False,
) -> Promise:
    if promise.is_of_row and not is_row_done:
        raise RowDecides
    asked = promise.pending_owner
    change(promise, at=at, state=state, ended_at=at, ended_by=actor, reason=reason, pending_owner=None)
    record(promise, verb, actor=actor, at=at, reason=reason)
    tell_story(promise, state.value, actor=actor, at=at, on_time=at <= promise.first_due_at)
    stop(promise, actor=actor, at=at)
    owner = promise.owner
    if owner is not None and owner.is_active and owner.pk != actor.staff_id:
        tell(promise, owner, state.value, actor=actor, at=at, stays=True)
    tell_asked(promise, asked, actor=actor, at=at)
    return promise
