"""What is asked once more just before a message is handed over. Whoever withholds says why."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from messaging.models import Message, MessageClass
from messaging.services.gateways import Gateway
from messaging.services.law import CallAhead, Law, Outreach

Reason = Message.Reason


@dataclass(frozen=True)
class Objection:
    """Why it does not go now; with a moment it waits until then, without one it never goes."""

    reason: str
    until: datetime | None = None


@dataclass(frozen=True)
class AskedOfLaw:
    """A message on its way, or a call ahead, and what is asked with."""

    message: Outreach
    law: Law
    at: datetime


@dataclass(frozen=True)
class Asked(AskedOfLaw):
    """A message alone: there is a way by which it goes."""

    message: Message
    gateway: Gateway


Check = Callable[[Asked], Objection | None]
LawCheck = Callable[[AskedOfLaw], Objection | None]


def not_expired(asked: Asked) -> Objection | None:
    return None if asked.at < asked.message.expires_at else Objection(Reason.EXPIRED)


def alive(asked: Asked) -> Objection | None:
    """What it is about is still open; colleagues who have left and patients who have died are told nothing."""
    message = asked.message
    if message.withdrawn_at is not None or (message.patient and message.patient.erased_at):
        return Objection(Reason.NOT_NEEDED)
    if message.staff is not None:
        return None if message.staff.is_active else Objection(Reason.RECIPIENT_LEFT)
    return living(asked)


def living(asked: AskedOfLaw) -> Objection | None:
    person = asked.message.person
    return Objection(Reason.DECEASED) if person is not None and person.died_on is not None else None


def set_up(asked: Asked) -> Objection | None:
    return None if asked.gateway.is_set_up_for(asked.message) else Objection(Reason.NOT_SET_UP)


def address_valid(asked: Asked) -> Objection | None:
    address = asked.gateway.address_of(asked.message)
    if not address:
        return Objection(Reason.NO_ADDRESS)
    return None if asked.gateway.takes(address) else Objection(Reason.BAD_ADDRESS)


def can_be_said(asked: Asked) -> Objection | None:
    """A provider of text messages takes only words that it has approved."""
    reason = asked.gateway.refuses(asked.message)
    return Objection(reason) if reason else None


def not_held(asked: AskedOfLaw) -> Objection | None:
    return Objection(Reason.HELD) if asked.law.is_held(asked.message) else None


def not_opted_out(asked: AskedOfLaw) -> Objection | None:
    return Objection(Reason.OPTED_OUT) if asked.law.is_opted_out(asked.message) else None


def consented(asked: AskedOfLaw) -> Objection | None:
    return None if asked.law.has_consent(asked.message, asked.at) else Objection(Reason.NO_CONSENT)


def certified(asked: Asked) -> Objection | None:
    """The words of a medical advertisement have a certificate that is valid today, whatever they had when it was
    queued, and whatever later versions have.
    """
    version = asked.message.template_version
    if version is None or version.may_go_on(timezone.localdate(asked.at)):
        return None
    return Objection(Reason.NO_CERTIFICATE)


def not_quiet(asked: AskedOfLaw) -> Objection | None:
    """In quiet hours it waits for their end."""
    loud = asked.law.loud_at(asked.message, asked.at)
    return Objection(Reason.QUIET, loud) if loud > asked.at else None


def not_too_often(asked: AskedOfLaw) -> Objection | None:
    """Of the whole hospital. An offer is not worth a later day; what the patient was promised or asked for waits."""
    message, law = asked.message, asked.law
    if not law.is_capped(message):
        return None
    free = law.free_at(message, asked.at)
    if free <= asked.at:
        return None
    return Objection(Reason.CAPPED, None if message.message_class == MessageClass.MARKETING else free)


OF_ALL: tuple[Check, ...] = (not_expired, alive, set_up, address_valid, can_be_said)
# The person's own word comes before what is only a matter of our set-up; what makes it wait comes last.
OUTSIDE: tuple[Check, ...] = (
    not_expired,
    alive,
    not_held,
    not_opted_out,
    consented,
    certified,
    set_up,
    address_valid,
    can_be_said,
    not_quiet,
    not_too_often,
)


# Of a call a colleague decides, who is told all that speaks against it; of whoever has died nothing else matters.
BEFORE_CALLS: tuple[LawCheck, ...] = (not_held, not_opted_out, consented, not_quiet, not_too_often)


def objection(message: Message, gateway: Gateway, law: Law, at: datetime) -> Objection | None:
    """The first reason not to send it now; None if it may go."""
    asked = Asked(message, law, at, gateway)
    checks = OF_ALL if message.staff_id is not None else OUTSIDE
    return next((found for check in checks if (found := check(asked))), None)


def objections_to_call(call: CallAhead, law: Law, at: datetime) -> list[Objection]:
    """By the same law as for messages."""
    asked = AskedOfLaw(call, law, at)
    if (dead := living(asked)) is not None:
        return [dead]
    return [found for check in BEFORE_CALLS if (found := check(asked))]
