"""What was promised and how it ended before this system was asked: for imports and for filling a hospital."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.access import Capability
from accounts.models import Actor, Staff
from hospital_crm.lib.bulk import free_keys, insert_objects, insert_rows
from patients.models import Patient
from patients.services.bulk import PastEntry, add_past_entries
from promises.models import Promise, PromiseEvent

from .changes import told_of

EVENT = ("promise_id", "verb", "happened_at", "actor_id", "staff_id", "due_at", "reason")


@dataclass(frozen=True)
class PastPromise:
    """A promise that is over: nobody is reminded of it, it opens nothing to anybody."""

    patient: Patient
    kind: Promise.Kind
    owner: Staff
    made_at: datetime
    due_at: datetime
    ended_at: datetime
    state: Promise.State = Promise.State.KEPT
    note: str = ""
    reason: str = ""


@transaction.atomic
def record_past_promises(past: Sequence[PastPromise], *, actor: Actor, at: datetime) -> list[Promise]:
    """All of them are on record, in their histories, the people's stories and the figures; the audit has one entry."""
    promises = [_promise(each, key) for each, key in zip(past, free_keys(Promise, len(past)), strict=True)]
    insert_objects(promises)
    insert_rows(PromiseEvent, EVENT, (event for promise in promises for event in _events(promise)))
    add_past_entries(entry for promise in promises for entry in _story(promise))
    audit.record(actor=actor, verb="promises.imported", subject=None, at=at)
    return promises


def _promise(past: PastPromise, key: int) -> Promise:
    return Promise(
        pk=key,
        patient=past.patient,
        kind=past.kind,
        note=past.note,
        state=past.state,
        owner=past.owner,
        department_id=past.owner.department_id,
        due_at=past.due_at,
        first_due_at=past.due_at,
        late_at=past.due_at,
        first_attempt_at=past.ended_at if past.state == Promise.State.KEPT else None,
        made_at=past.made_at,
        made_by=past.owner.actor,
        ended_at=past.ended_at,
        ended_by=past.owner.actor,
        reason=past.reason,
    )


def _events(promise: Promise) -> Iterator[tuple[object, ...]]:
    made, ended = PromiseEvent.Verb.MADE, PromiseEvent.Verb(promise.state)
    yield promise.pk, made, promise.made_at, promise.made_by_id, promise.owner_id, promise.due_at, ""
    yield promise.pk, ended, promise.ended_at, promise.ended_by_id, None, None, promise.reason


def _story(promise: Promise) -> Iterator[PastEntry]:
    told, patient, ended_at = told_of(promise), promise.patient, promise.ended_at
    assert patient is not None  # noqa: S101  as PastPromise has it
    assert ended_at is not None  # noqa: S101
    on_time = {"on_time": ended_at <= promise.first_due_at}
    for step, moment, more in (("made", promise.made_at, {}), (promise.state, ended_at, on_time)):
        yield PastEntry(
            patient=patient.pk,
            kind=f"promises.{step}",
            needs=Capability.FIND_PEOPLE,
            occurred_at=moment,
            actor=promise.made_by_id,
            params={**told, **more},
            source=(promise._meta.label, promise.pk),
        )


audit.name_verbs({"promises.imported": _("Past promises imported")})
