"""A call is logged once, with all that follows from it, in one transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol
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
from hospital_crm.lib.phones import PhoneNumber, leads_to
from institution.models import ReferenceItem
from patients.models import Contact, Patient, target_fields
from patients.services.contacts import find_or_create_contact, hold_contact
from patients.services.looks import count_looks
from patients.services.phone_checks import note_success
from patients.services.survivors import survivor_of
from patients.services.timeline import add_timeline_entry, name_part, record_contact
from promises.models import Promise

from .promised import Promised, promise_in_call
from .settled import note_try, settle_in_call, try_in_call

LONGEST_AGO = timedelta(days=30)
# What is told of whoever calls and of the person whom it is about: columns of Call.
DETAILS = (
    "relation", "caller_name", "sex", "age", "residence", "source", "condition", "is_confirmed", "note",
)  # fmt: skip


class TopicMissing(DomainError):
    """Only a wrong number and silence are about nothing."""

    message = _("Choose what it was about.")
    field = "topic"


class BookingNotYet(DomainError):
    """Appointments cannot be booked from a call yet."""

    message = _("Appointments cannot be booked here yet. Choose another ending.")
    field = "disposition"


class PromiseMissing(DomainError):
    """Whoever ends a call like that promises something, and says by when."""

    message = _("Say by when.")
    field = "due"


class BeganTooLongAgo(DomainError):
    """Notes on paper are typed in later, though not after months; and nobody notes down what is still to come."""

    message = _("Within the last 30 days, and not in the future.")
    field = "started_at"


class NumberAndWithheld(DomainError):
    """Whoever shows a number withholds none."""

    message = _("Either a number or withheld.")
    field = "number"


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
    details: dict[str, Any] = field(default_factory=dict)  # DETAILS, as told
    parked_seconds: int = 0
    sent_as: str = ""  # what its form held, for comparing only
    promised: Promised | None = None
    settles: Sequence[Promise] | None = None  # open promises that this call has kept; None where nobody said
    tries: Promise | None = None  # the promise that an outgoing call was to keep


def log_call(*, record: CallRecord, staff: Staff, at: datetime, submission: UUID | None = None) -> Call:
    """The call is on record and in the person's story, with what it promised, settled and tried; its draft is gone.

    Raises DuplicateSubmission, BeganTooLongAgo, TopicMissing, BookingNotYet, PromiseMissing, and what
    `services.promised` raises.
    """

    def create() -> Call:
        call = write_call(record, handled_by=staff, actor=staff.actor, at=at)
        _follow_up(call, record, staff, at)
        if submission is not None:
            CallDraft.objects.filter(key=submission, staff=staff).delete()
        return call

    with transaction.atomic():
        return create_once(submission=submission, kind=Call._meta.label, create=create, actor=staff.actor, at=at)


def _follow_up(call: Call, record: CallRecord, staff: Staff, at: datetime) -> None:
    promised, settles, attempt = record.promised, record.settles, None
    if record.tries is not None:
        attempt = try_in_call(call=call, promise=record.tries, promised=promised, staff=staff, at=at)
        if attempt.outcome == attempt.Outcome.CALL_LATER:
            promised = None  # the same promise, at another time
            settles = settles or []  # whoever asks to be called later has not been told anything yet
    elif call.direction == Call.Direction.OUT:
        note_try(call=call, actor=staff.actor, at=at)
    settle_in_call(call=call, promises=_without(record.tries, settles), staff=staff, at=at)
    promise = promise_in_call(call=call, promised=promised, staff=staff, at=at) if promised else None
    Call.objects.filter(pk=call.pk).update(promise=promise, attempt=attempt)
    call.refresh_from_db()


def _without(tried: Promise | None, settles: Sequence[Promise] | None) -> list[Promise] | None:
    return None if settles is None else [promise for promise in settles if promise != tried]


def write_call(
    record: CallRecord,
    *,
    handled_by: Staff,
    actor: Actor,
    at: datetime,
    replaces: Call | None = None,
    carries: Promise | None = None,
) -> Call:
    """The rows of one call and what they tell, within the caller's transaction.

    A call that replaces another may go on with its promise (`carries`).
    """
    if replaces is None or record.started_at != replaces.started_at:  # where it is corrected it stays where it was
        check_began(record.started_at, at)
    _check(record, is_carried=carries is not None)
    if record.person is not None:
        record = replace(record, person=survivor_of(record.person))
    digits, extension = ("", "") if record.is_withheld else number_of(record)
    target: Patient | Contact = record.person or find_or_create_contact(
        name=record.name, digits=digits, extension=extension, actor=actor, at=at
    )
    if isinstance(target, Contact):
        target = hold_contact(target)
    ended = max(record.ended_at, record.started_at)
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
        ended_at=ended,
        parked_seconds=min(record.parked_seconds, int((ended - record.started_at).total_seconds())),
        handled_by=handled_by,
        logged_at=at,
        sent_as=record.sent_as,
        replaces=replaces,
        promise=carries,
    )
    CallTopic.objects.bulk_create(
        CallTopic(call=call, position=position, **vars(topic)) for position, topic in enumerate(record.topics, start=1)
    )
    _tell(call, record.topics, actor)
    audit.record(actor=actor, verb="call.logged", subject=call, at=at)
    return call


def check_began(began: datetime, at: datetime) -> None:
    """Raises BeganTooLongAgo."""
    if not at - LONGEST_AGO <= began <= at:
        raise BeganTooLongAgo


def check_number(number: PhoneNumber | None, *, is_withheld: bool) -> None:
    """Raises NumberAndWithheld."""
    if is_withheld and number is not None:
        raise NumberAndWithheld


def number_of(record: CallRecord) -> tuple[str, str]:
    """Digits and extension of who called: of the person's phone that the typed digits led to, else as typed.

    Whoever rings out and types none has dialled the number on file.
    """
    typed = record.number
    if typed is None:
        return _on_file(record.person) if record.direction == Call.Direction.OUT else ("", "")
    if isinstance(record.person, Contact) and leads_to(typed.digits, record.person.digits):
        return record.person.digits, typed.extension or record.person.extension
    if isinstance(record.person, Patient):
        for phone in record.person.phones.primary_first():
            if leads_to(typed.digits, phone.digits):
                return phone.digits, typed.extension or phone.extension
    return typed.digits, typed.extension


def _on_file(person: Patient | Contact | None) -> tuple[str, str]:
    phone = person.phones.filter(is_primary=True).first() if isinstance(person, Patient) else person
    return (phone.digits, phone.extension) if phone is not None else ("", "")


def _check(record: CallRecord, *, is_carried: bool) -> None:
    if record.disposition in rules.NOT_YET:
        raise BookingNotYet
    if not record.topics and record.disposition not in rules.WITHOUT_TOPIC:
        raise TopicMissing
    if record.disposition in rules.PROMISES and record.promised is None and not is_carried:
        raise PromiseMissing


def _tell(call: Call, topics: Sequence[TopicRecord], actor: Actor) -> None:
    """One line in the person's story, without the words of the call: those are for who may see the call itself."""
    add_timeline_entry(
        target=call.target,
        kind="consult.call",
        params=told_of(call, [row.topic for row in topics]),
        needs=Capability.SEE_CALLS,
        occurred_at=call.started_at,
        actor=actor,
        source=call,
    )
    if rules.was_spoken(call.disposition):
        record_contact(target=call.target, at=call.started_at)
        if call.patient is not None and call.digits:
            note_success(patient=call.patient, digits=call.digits, at=call.started_at)


name_part("consult", _("Calls"))


class Told(Protocol):
    """A call, on record or about to be."""

    @property
    def direction(self) -> str: ...
    @property
    def channel(self) -> str: ...
    @property
    def disposition(self) -> str: ...


def told_of(call: Told, topics: Iterable[ReferenceItem]) -> dict[str, Any]:
    """What the line in the person's story says of the call."""
    labels = [{"zh": topic.label_zh, "en": topic.label_en} for topic in topics]
    return {
        "direction": call.direction,
        "channel": call.channel,
        "disposition": call.disposition,
        "topics": labels,
    }


count_looks(Call, "call.opened")
audit.name_verbs({"call.logged": _("Call logged"), "call.opened": _("Call opened")})
