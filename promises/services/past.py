"""What was promised and how it ended before this system was asked: for imports and for filling a hospital."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.access import Capability
from accounts.models import Actor, Staff
from hospital_crm.lib.bulk import free_keys, insert_rows
from patients.services.bulk import PastEntry, add_past_entries
from promises.models import Promise, PromiseEvent

from .changes import told
from .days import know_changed

PROMISE = (
    *("id", "patient_id", "kind", "note", "state", "owner_id", "department_id", "due_at", "first_due_at", "late_at"),
    *("first_attempt_at", "made_at", "made_by_id", "ended_at", "ended_by_id", "reason"),
)
EVENT = ("promise_id", "verb", "happened_at", "actor_id", "staff_id", "due_at", "reason")


class PastPromise(NamedTuple):
    """A promise that is over: nobody is reminded of it, it opens nothing to anybody. `patient` is a key."""

    patient: int
    kind: Promise.Kind
    owner: Staff
    made_at: datetime
    due_at: datetime
    ended_at: datetime
    state: Promise.State = Promise.State.KEPT
    note: str = ""
    reason: str = ""


@transaction.atomic
def record_past_promises(past: Sequence[PastPromise], *, actor: Actor, at: datetime) -> Sequence[int]:
    """All of them are on record, in their histories, the people's stories and the figures; the audit has one entry."""
    keys = free_keys(Promise, len(past))
    both = list(zip(keys, past, strict=True))
    insert_rows(Promise, PROMISE, (_row(key, promise) for key, promise in both))
    insert_rows(PromiseEvent, EVENT, (event for key, promise in both for event in _events(key, promise)))
    know_changed((promise.due_at for promise in past), at=at)
    add_past_entries(entry for key, promise in both for entry in _story(key, promise))
    audit.record(actor=actor, verb="promises.imported", subject=None, at=at)
    return keys


def _row(key: int, promise: PastPromise) -> tuple[object, ...]:
    owner, due_at, by = promise.owner, promise.due_at, promise.owner.actor.pk
    first_attempt_at = promise.ended_at if promise.state == Promise.State.KEPT else None
    return (
        *(key, promise.patient, promise.kind, promise.note, promise.state, owner.pk, owner.department_id),
        *(due_at, due_at, due_at, first_attempt_at, promise.made_at, by, promise.ended_at, by, promise.reason),
    )


def _events(key: int, promise: PastPromise) -> Iterator[tuple[object, ...]]:
    made, ended, by = PromiseEvent.Verb.MADE, promise.state.value, promise.owner.actor.pk
    yield key, made, promise.made_at, by, promise.owner.pk, promise.due_at, ""
    yield key, ended, promise.ended_at, by, None, None, promise.reason


def _story(key: int, promise: PastPromise) -> Iterator[PastEntry]:
    params = told(key, promise.kind, promise.due_at, promise.owner)
    on_time = {"on_time": promise.ended_at <= promise.due_at}
    for step, moment, more in (("made", promise.made_at, {}), (promise.state.value, promise.ended_at, on_time)):
        yield PastEntry(
            patient_id=promise.patient,
            kind=f"promises.{step}",
            needs=Capability.FIND_PEOPLE,
            occurred_at=moment,
            actor_id=promise.owner.actor.pk,
            params={**params, **more},
            source_type=Promise._meta.label,
            source_id=key,
        )


audit.name_verbs({"promises.imported": _("Past promises imported")})
