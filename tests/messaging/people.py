"""A way to patients by the number of their phone, and people who may be written to."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from messaging.models import Channel, Message, MessageClass
from messaging.services import delivery
from messaging.services.gateways import Gateway, OnUnknown
from patients.models import Consent, Patient, Purpose
from patients.services.consents import Decision, record_consent
from tests import make
from tests.messaging.make import message

MAIL = Channel.EMAIL


@dataclass
class Line(Gateway):
    """Takes everything; the address is the first phone of whoever it is for, else the colleague's."""

    given: list[int] = field(default_factory=list)
    meanwhile: Callable[[Message], object] = lambda message: None

    def address_of(self, message: Message) -> str:
        if message.staff:
            return "app"
        if message.contact:
            return message.contact.digits
        phone = message.patient.phones.primary_first().first() if message.patient else None
        return f"{phone.digits}@sms.example" if phone else ""

    def send(self, message: Message) -> str:
        self.given.append(message.pk)
        self.meanwhile(message)
        return "taken"

    def on_unknown(self, message: Message) -> OnUnknown:
        return OnUnknown.ASK


def deliver(at: datetime) -> int:
    return delivery.deliver_due(now=lambda: at)


def state_of(row: Message) -> tuple[str, str]:
    row.refresh_from_db()
    return row.state, row.reason


def to(person: Any, at: datetime, message_class: MessageClass = MessageClass.CARE, **values: Any) -> Message:
    """By e-mail, at once."""
    return message(person, at, channel=MAIL, message_class=message_class, **values)


def said(patient: Patient, purpose: Purpose, at: datetime, *, yes: bool = True, **told: Any) -> Consent:
    return record_consent(patient=patient, decision=Decision(purpose, is_given=yes, **told), actor=make.by(), at=at)
