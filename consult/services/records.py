"""What is written down about a call, and what must hold of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from consult import rules
from consult.models import Call
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.phones import PhoneNumber, leads_to
from institution.models import ReferenceItem
from patients.models import Contact, Patient
from promises.models import Promise

from .promised import Promised

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
    shown_at: datetime | None = None  # when whoever took it saw what is owed to the person
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

    @property
    def known_until(self) -> datetime:
        """What the person has written later, nobody knew of in this call."""
        ended = max(self.ended_at, self.started_at)
        return min(ended, self.shown_at) if self.shown_at else ended


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


def check_record(record: CallRecord, *, is_carried: bool) -> None:
    if record.disposition in rules.NOT_YET:
        raise BookingNotYet
    if not record.topics and record.disposition not in rules.WITHOUT_TOPIC:
        raise TopicMissing
    if record.disposition in rules.PROMISES and record.promised is None and not is_carried:
        raise PromiseMissing
