"""What is asked once more just before a message is handed over. Whoever withholds says why."""

from collections.abc import Callable
from datetime import datetime

from messaging.models import Hold, Message
from messaging.services.gateways import Gateway

Reason = Message.Reason
Check = Callable[[Message, Gateway, datetime], str]  # the reason not to send, "" if there is none


def not_expired(message: Message, gateway: Gateway, at: datetime) -> str:
    return "" if at < message.expires_at else Reason.EXPIRED


def alive(message: Message, gateway: Gateway, at: datetime) -> str:
    """What it is about is still open; colleagues who have left are told nothing. A patient's death is a hold."""
    if message.withdrawn_at is not None or (message.patient and message.patient.erased_at):
        return Reason.NOT_NEEDED
    return Reason.RECIPIENT_LEFT if message.staff and not message.staff.is_active else ""


def not_held(message: Message, gateway: Gateway, at: datetime) -> str:
    patient = message.contact.became if message.contact else message.patient
    if patient is None:
        return ""
    return Reason.HELD if Hold.objects.is_held(patient=patient, message_class=message.message_class) else ""


def set_up(message: Message, gateway: Gateway, at: datetime) -> str:
    return "" if gateway.is_set_up else Reason.NOT_SET_UP


def address_valid(message: Message, gateway: Gateway, at: datetime) -> str:
    address = gateway.address_of(message)
    if not address:
        return Reason.NO_ADDRESS
    return "" if gateway.takes(address) else Reason.BAD_ADDRESS


CHECKS: tuple[Check, ...] = (not_expired, alive, not_held, set_up, address_valid)


def objection(message: Message, gateway: Gateway, at: datetime) -> str:
    """The first reason not to send it now; "" if it may go."""
    return next((reason for check in CHECKS if (reason := check(message, gateway, at))), "")
