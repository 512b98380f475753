"""Where a message goes, looked up when it is handed over: a number that was changed meanwhile is the new one."""

from hospital_crm.lib import phones
from hospital_crm.lib.sealing import CannotBeOpened
from messaging.models import Message
from patients.models import Identifier, Organisation, Patient, Phone

TRIAL = "messaging.channel_trial"  # goes where the administrator typed that it should
GROUP = "group"  # among the params of a message to a group: which one
SCOPE = Identifier.WECHAT  # of identifiers: an open id holds for one account


def number_of(message: Message) -> str:
    """As in +8613800138000; "" for whoever has no mobile number."""
    if message.kind == TRIAL:
        return message.address
    patient = _patient(message)
    if patient is not None:
        return _mobile_of(patient)
    if message.contact:
        return _e164(message.contact.digits)
    return _mobile_at(message.organisation) if message.organisation else ""


def email_of(message: Message) -> str:
    """ "" for whoever has told none."""
    if message.staff:
        return message.staff.email
    patient = _patient(message)
    if patient is not None:
        return patient.email
    known = (each.email for each in message.organisation.open_contacts) if message.organisation else ()
    return next(filter(None, known), "")


def open_id_of(message: Message, app_id: str) -> str:
    """By which the official account knows the person; "" for somebody who does not follow it."""
    if message.kind == TRIAL:
        return message.address
    patient = _patient(message)
    if patient is None:
        return ""
    known = [each for each in patient.identifiers.all() if _is_open_id(each, app_id)]
    return _opened(max(known, key=lambda each: (each.added_at, each.pk))) if known else ""


def _opened(identifier: Identifier) -> str:
    """ "" of what was sealed by a key that is there no more: somebody has to enter it anew."""
    try:
        return identifier.value
    except CannotBeOpened:
        return ""


def _is_open_id(identifier: Identifier, app_id: str) -> bool:
    return identifier.type == Identifier.Type.SYSTEM and identifier.scope == f"{SCOPE}{app_id}"


def _patient(message: Message) -> Patient | None:
    return message.contact.became if message.contact else message.patient


def _mobile_of(patient: Patient) -> str:
    """The number to dial, whosever it is; where that one takes no texts, a mobile number of the patient's own.

    What is on file as a mobile number and looks like none is told all the same: somebody should mend it.
    """
    valid = sorted((phone for phone in patient.phones.all() if phone.is_valid), key=_primary_first)
    usable = [phone for phone in valid if _takes_texts(phone) and (phone.is_primary or phone.owner == Phone.Owner.OWN)]
    typed_wrongly = [phone for phone in valid if phone.is_primary and phone.kind == Phone.Kind.MOBILE]
    chosen = next(iter([*usable, *typed_wrongly]), None)
    return (chosen.e164 or chosen.digits) if chosen else ""


def _primary_first(phone: Phone) -> tuple[bool, int]:
    return not phone.is_primary, phone.pk


def _takes_texts(phone: Phone) -> bool:
    return phone.kind == Phone.Kind.MOBILE and phones.is_mobile(phone.digits)


def _mobile_at(organisation: Organisation) -> str:
    """Of whom one speaks with there: the main one first."""
    return next((_e164(each.digits) for each in organisation.open_contacts if phones.is_mobile(each.digits)), "")


def _e164(digits: str) -> str:
    try:
        number = phones.read_phone(digits)
    except phones.NotAPhoneNumber:
        return ""
    return number.e164 or number.digits
