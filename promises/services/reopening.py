"""What was settled or tried by mistake is owed as before."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Actor
from patients.services.survivors import survivor_of
from promises.models import Promise, PromiseEvent

from .changes import PromiseHasChanged, record, renew, tell_story
from .days import know_changed
from .deadlines import clock, move_due
from .promises import check_reason

Verb = PromiseEvent.Verb


@transaction.atomic
def reopen_promise(*, promise: Promise, reason: str, actor: Actor, at: datetime) -> Promise:
    """What was settled by mistake is owed again, by the same people and for the same time.

    Raises ReasonIsMissing, PromiseHasChanged, PersonErased.
    """
    check_reason(reason)
    if promise.about is not None:
        survivor_of(promise.about)
    _reopen(promise, at=at, **clock(promise.due_at, is_owned=promise.owner_id is not None, at=at))
    record(promise, Verb.REOPENED, actor=actor, at=at, due_at=promise.due_at, reason=reason)
    tell_story(promise, "reopened", actor=actor, at=at)
    renew(promise, actor=actor, at=at)
    return promise


@transaction.atomic
def undo_next_try(*, promise: Promise, in_vain: Collection[datetime], actor: Actor, at: datetime) -> Promise:
    """Tries did not happen after all that had put it off to these times: it is due when it was due before.

    Raises PromiseAlreadyOver, PromiseHasChanged.
    """
    times = promise.events.filter(due_at__isnull=False).exclude(due_at__in=in_vain)
    before = times.order_by("happened_at", "pk").last()
    due_at = before.due_at if before is not None and before.due_at is not None else promise.first_due_at
    move_due(promise, due_at, at=at)
    record(promise, Verb.TRY_VOIDED, actor=actor, at=at, due_at=due_at)
    renew(promise, actor=actor, at=at)
    return promise


@transaction.atomic
def set_first_attempt(*, promise: Promise, first: datetime | None, at: datetime) -> None:
    """A try was voided: the first one that stands was then, if any."""
    Promise.objects.filter(pk=promise.pk).update(first_attempt_at=first)
    know_changed([promise.first_due_at], at=at)
    promise.refresh_from_db(fields=["first_attempt_at"])


def _reopen(promise: Promise, *, at: datetime, **values: Any) -> None:
    """The promise is open again, if it is still settled as the caller has read it. Raises PromiseHasChanged."""
    settled = Promise.objects.exclude(state="open").filter(
        pk=promise.pk, state=promise.state, ended_at=promise.ended_at
    )
    undone = {"state": "open", "ended_at": None, "ended_by": None, "reason": ""}
    if settled.update(revision=promise.revision + 1, **undone, **values) != 1:
        raise PromiseHasChanged(Promise.objects.get(pk=promise.pk), read=promise.revision)
    know_changed([promise.first_due_at], at=at)
    promise.refresh_from_db()
