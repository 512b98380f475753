"""Conversations of the time before this system: for imports and for filling a hospital."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.access import Capability
from accounts.models import Actor, Staff
from consult.models import Call, CallTopic
from hospital_crm.lib.bulk import free_keys, insert_rows
from institution.models import ReferenceItem
from patients.services.bulk import PastEntry, add_past_entries

from .story import told_of

CALL = (
    *("id", "patient_id", "direction", "channel", "digits", "disposition", "handled_by_id"),
    *("started_at", "ended_at", "logged_at", "promise_id"),
)
TOPIC = ("call_id", "topic_id", "question", "answer")


class PastCall(NamedTuple):
    """A call that is over, with all that followed from it: it promises nothing new and settles nothing.

    `patient` and `promise` are keys; `promise`: what it promised then, recorded already.
    """

    patient: int
    handled_by: Staff
    disposition: Call.Disposition
    started_at: datetime
    ended_at: datetime
    topic: ReferenceItem
    digits: str = ""
    question: str = ""
    answer: str = ""
    direction: Call.Direction = Call.Direction.IN
    channel: Call.Channel = Call.Channel.PHONE
    promise: int | None = None


@transaction.atomic
def record_past_calls(past: Sequence[PastCall], *, actor: Actor, at: datetime) -> Sequence[int]:
    """All of them are on record and in the people's stories; the audit has one entry. Their keys.

    When the hospital spoke with somebody last is the caller's to say, with the person.
    """
    keys = free_keys(Call, len(past))
    both = list(zip(keys, past, strict=True))
    insert_rows(Call, CALL, (_row(key, call) for key, call in both))
    topics = ((key, call.topic.pk, call.question, call.answer) for key, call in both)
    insert_rows(CallTopic, TOPIC, topics, position=1)
    add_past_entries(_entry(key, call) for key, call in both)
    audit.record(actor=actor, verb="calls.imported", subject=None, at=at)
    return keys


def _row(key: int, call: PastCall) -> tuple[object, ...]:
    return (
        *(key, call.patient, call.direction, call.channel, call.digits, call.disposition, call.handled_by.pk),
        *(call.started_at, call.ended_at, call.ended_at, call.promise),
    )


def _entry(key: int, call: PastCall) -> PastEntry:
    return PastEntry(
        patient_id=call.patient,
        kind="consult.call",
        needs=Capability.SEE_CALLS,
        occurred_at=call.started_at,
        actor_id=call.handled_by.actor.pk,
        params=told_of(call, [call.topic]),
        source_type=Call._meta.label,
        source_id=key,
    )


audit.name_verbs({"calls.imported": _("Past calls imported")})
