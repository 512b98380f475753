"""Who stands behind a number or an address: nobody is guessed among several."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from accounts.models import Actor
from hospital_crm.lib.phones import NotAPhoneNumber, read_phone
from messaging.models import GatewaySetup, InboundText, Message, Provider
from messaging.services.addresses import KINDS, digests_of
from messaging.services.gateways.addresses import SCOPE
from patients.models import Contact, Identifier, Patient, Phone, Target
from patients.querysets import PatientQuerySet
from patients.services.contacts import find_or_create_contact
from patients.services.identifiers import NewIdentifier
from patients.services.survivors import PersonErased, survivor_of


@dataclass(frozen=True)
class Behind:
    """Those on file and those who called, as far as a number leads to them, or a message went there."""

    patients: Collection[int]
    contacts: Collection[int]

    def of_messages(self) -> Q:
        return Q(patient__in=self.patients) | Q(contact__in=self.contacts)


def people_at(channel: str, address: str) -> Behind:
    """Everybody who may be meant."""
    told = Message.objects.filter(address__in=_written(channel, address), address__gt="", staff__isnull=True)
    told = told.order_by()
    patients = set(told.exclude(patient=None).values_list("patient", flat=True).distinct())
    contacts = set(told.exclude(contact=None).values_list("contact", flat=True).distinct())
    if digits := _digits(channel, address):
        patients |= set(Phone.objects.filter(digits=digits).values_list("patient", flat=True))
        contacts |= set(Contact.objects.filter(digits=digits).values_list("pk", flat=True))
    patients |= set(_followers(channel, address).values_list("pk", flat=True))
    return Behind(patients, contacts)


def who_answers(channel: str, address: str, *, actor: Actor, at: datetime) -> Target:
    """The follower on file; else to whom the last message went there; else the only one whose number it is; else a
    caller who is nobody yet: the same one each time.
    """
    for found in (_followers(channel, address).first(), _last_told(channel, address)):
        if found is not None:
            with suppress(PersonErased):
                return survivor_of(found)
    digits = _digits(channel, address)
    owners = list(
        Patient.objects.on_file().filter(phones__in=Phone.objects.valid().filter(digits=digits)).distinct()[:2]
    )
    if digits and len(owners) == 1:
        return survivor_of(owners[0])
    known = None if digits else _wrote_before(channel, address)
    return known or find_or_create_contact(name="", digits=digits, actor=actor, at=at)


def _followers(channel: str, address: str) -> PatientQuerySet:
    """Whose open id it is, at an account of the hospital's; of one at most."""
    if KINDS[channel] != "wechat" or not address:
        return Patient.objects.none()
    accounts = [setup.value("app_id") for setup in GatewaySetup.objects.filter(provider=Provider.WECHAT)]
    numbers = [NewIdentifier(Identifier.Type.SYSTEM, address, f"{SCOPE}{account}") for account in accounts]
    return Patient.objects.filter(identifiers__digest__in=[number.digest for number in numbers])


def _wrote_before(channel: str, address: str) -> Target | None:
    """Where there is no number to know somebody by. Of two texts at once the second waits, and finds the first."""
    list(GatewaySetup.objects.filter(channel=channel).order_by("pk").select_for_update(no_key=True))
    before = InboundText.objects.filter(digest__in=digests_of(channel, address)).order_by("-pk").first()
    if before is None:
        return None
    with suppress(PersonErased):
        return survivor_of(before.target)
    return None


def _last_told(channel: str, address: str) -> Target | None:
    told = Message.objects.filter(
        address__in=_written(channel, address), address__gt="", staff__isnull=True, handed_over_at__isnull=False
    )
    message = (
        told.select_related("patient", "contact__became", "organisation").order_by("-handed_over_at", "-pk").first()
    )
    if message is None:
        return None
    if message.contact is not None and message.contact.became is not None:
        return message.contact.became
    return message.patient or message.contact or message.organisation


def _written(channel: str, address: str) -> list[str]:
    """As a message may hold it."""
    if KINDS[channel] != "phone":
        return [address]
    try:
        number = read_phone(address)
    except NotAPhoneNumber:
        return []
    return sorted({address, number.digits, number.e164} - {""})


def _digits(channel: str, address: str) -> str:
    try:
        return read_phone(address).digits if KINDS[channel] == "phone" else ""
    except NotAPhoneNumber:
        return ""
