"""A call is logged once, with all that follows from it, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.access import Capability
from accounts.models import Actor, Department, Staff
from accounts.services.submissions import create_once
from consult import rules
from consult.models import Call, CallDraft, CallTopic
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.phones import PhoneNumber
from institution.models import ReferenceItem
from patients.models import Contact, Patient, target_fields
from patients.services.contacts import find_or_create_contact
from patients.services.timeline import add_timeline_entry, record_contact


class TopicMissing(DomainError):
    """Only a wrong number and silence are about nothing."""

    message = _("Choose what it was about.")
    field = "topic"


class BookingNotYet(DomainError):
    """Appointments cannot be booked from a call yet."""

    message = _("Appointments cannot be booked here yet. Choose another ending.")
    field = "disposition"


@dataclass(frozen=True)
class TopicRecord:
    """One of the things that were talked about."""

    topic: ReferenceItem
    department: Department | None = None
    question: str = ""
    answer: str = ""


@dataclass(frozen=True)
class CallRecord:
    """What was written down about a call. `person` is who was taken from the candidates, None for somebody else."""

    disposition: Call.Disposition
    started_at: datetime
    ended_at: datetime
    topics: Sequence[TopicRecord] = ()
    person: Patient | Contact | None = None
    name: str = ""
    number: PhoneNumber | None = None
    is_withheld: bool = False
    direction: Call.Direction = Call.Direction.IN
    channel: Call.Channel = Call.Channel.PHONE
    details: dict[str, Any] = field(default_factory=dict)  # the other columns of Call, as told


def log_call(*, record: CallRecord, staff: Staff, at: datetime, submission: UUID | None = None) -> Call:
    """The call is on record and in the person's story, and its draft is gone.

    Raises DuplicateSubmission, TopicMissing, BookingNotYet.
    """

    def create() -> Call:
        call = write_call(record, handled_by=staff, actor=staff.actor, at=at)
        if submission is not None:
            CallDraft.objects.filter(key=submission, staff=staff).delete()
        return call

    with transaction.atomic():
        return create_once(submission=submission, create=create, actor=staff.actor, at=at)


def write_call(
    record: CallRecord, *, handled_by: Staff, actor: Actor, at: datetime, replaces: Call | None = None
) -> Call:
    """The rows of one call and what they tell, within the caller's transaction."""
    _check(record)
    number = record.number
    digits, extension = number_of(record) if number and not record.is_withheld else ("", "")
    target = record.person or find_or_create_contact(name=record.name, digits=digits, actor=actor, at=at)
    call = Call.objects.create(
        **target_fields(target),
        **record.details,
        direction=record.direction,
        channel=record.channel,
        digits=digits,
        extension=extension,
        is_withheld=record.is_withheld,
        disposition=record.disposition,
        started_at=record.started_at,
        ended_at=max(record.ended_at, record.started_at),
        handled_by=handled_by,
        logged_at=at,
        replaces=replaces,
    )
    CallTopic.objects.bulk_create(
        CallTopic(call=call, position=position, **vars(topic)) for position, topic in enumerate(record.topics, start=1)
    )
    _tell(call, record.topics, actor)
    audit.record(actor=actor, verb="call.logged", subject=call, at=at)
    return call


def number_of(record: CallRecord) -> tuple[str, str]:
    """Digits and extension of who called: of the person's phone that the typed digits led to, else as typed."""
    typed = record.number
    if typed is None:
        return "", ""
    if isinstance(record.person, Contact) and _leads_to(typed.digits, record.person.digits):
        return record.person.digits, typed.extension
    if isinstance(record.person, Patient):
        for phone in record.person.phones.primary_first():
            if _leads_to(typed.digits, phone.digits):
                return phone.digits, typed.extension or phone.extension
    return typed.digits, typed.extension


def _leads_to(typed: str, digits: str) -> bool:
    return digits.startswith(typed) if len(typed) >= rules.FEWEST_DIALLED else digits.endswith(typed)


def _check(record: CallRecord) -> None:
    if record.disposition in rules.NOT_YET:
        raise BookingNotYet
    if not record.topics and record.disposition not in rules.WITHOUT_TOPIC:
        raise TopicMissing


def _tell(call: Call, topics: Sequence[TopicRecord], actor: Actor) -> None:
    """One line in the person's story, without the words of the call: those are for who may see the call itself."""
    labels = [{"zh": row.topic.label_zh, "en": row.topic.label_en} for row in topics]
    add_timeline_entry(
        target=call.target,
        kind="consult.call",
        params={
            "direction": call.direction,
            "channel": call.channel,
            "disposition": call.disposition,
            "topics": labels,
        },
        needs=Capability.SEE_CALLS,
        occurred_at=call.started_at,
        actor=actor,
        source=call,
    )
    if call.disposition not in rules.WITHOUT_TOPIC:
        record_contact(target=call.target, at=call.started_at)


audit.name_verbs({"call.logged": _("Call logged"), "call.opened": _("Call opened")})
