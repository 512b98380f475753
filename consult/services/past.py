"""Conversations of the time before this system: for imports and for filling a hospital."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.access import Capability
from accounts.models import Actor, Staff
from consult.models import Call, CallTopic
from hospital_crm.lib.bulk import free_keys, insert_objects, insert_rows
from institution.models import ReferenceItem
from patients.models import Patient
from patients.services.bulk import PastEntry, add_past_entries
from promises.models import Promise

from .calls import told_of

TOPIC = ("call_id", "position", "topic_id", "department_id", "question", "answer")


@dataclass(frozen=True)
class PastCall:
    """A call that is over, with all that followed from it: it promises nothing new and settles nothing.

    `promise`: what it promised then, recorded already.
    """

    patient: Patient
    handled_by: Staff
    disposition: Call.Disposition
    started_at: datetime
    ended_at: datetime
    topic: ReferenceItem
    digits: str = ""
    question: str = ""
    answer: str = ""
    direction: Call.Direction = Call.Direction.IN
    promise: Promise | None = None


@transaction.atomic
def record_past_calls(past: Sequence[PastCall], *, actor: Actor, at: datetime) -> list[Call]:
    """All of them are on record and in the people's stories; the audit has one entry.

    When the hospital spoke with somebody last is the caller's to say, with the person.
    """
    calls = [_call(each, key) for each, key in zip(past, free_keys(Call, len(past)), strict=True)]
    insert_objects(calls)
    both = list(zip(calls, past, strict=True))
    insert_rows(
        CallTopic, TOPIC, ((call.pk, 1, each.topic.pk, None, each.question, each.answer) for call, each in both)
    )
    add_past_entries(_entry(call, each) for call, each in both)
    audit.record(actor=actor, verb="calls.imported", subject=None, at=at)
    return calls


def _call(past: PastCall, key: int) -> Call:
    return Call(
        pk=key,
        patient=past.patient,
        direction=past.direction,
        digits=past.digits,
        disposition=past.disposition,
        handled_by=past.handled_by,
        started_at=past.started_at,
        ended_at=past.ended_at,
        logged_at=past.ended_at,
        promise=past.promise,
    )


def _entry(call: Call, past: PastCall) -> PastEntry:
    return PastEntry(
        patient=past.patient.pk,
        kind="consult.call",
        needs=Capability.SEE_CALLS,
        occurred_at=call.started_at,
        actor=past.handled_by.actor.pk,
        params=told_of(call, [past.topic]),
        source=(call._meta.label, call.pk),
    )


audit.name_verbs({"calls.imported": _("Past calls imported")})
