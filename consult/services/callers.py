"""Who called: a caller who was nobody yet becomes a patient."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor, Staff
from consult.models import Call
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.keys import is_key
from hospital_crm.lib.phones import NotAPhoneNumber, kept_phone
from patients.models import Contact, Patient, Phone, Sex
from patients.services.contacts import attach_contact
from patients.services.guardians import GUARDIAN_UNKNOWN, is_child
from patients.services.patients import NewPhone, register_patient
from patients.services.phones import PhoneAlreadyThere, add_phone
from promises.services.promises import renew_access

# Whose phone it is, by who the caller is to the patient (codes of the list caller_relation).
OWNERS = {
    "self": Phone.Owner.OWN,
    "child": Phone.Owner.CHILD,
    "spouse": Phone.Owner.SPOUSE,
    "parent": Phone.Owner.PARENT,
}


class CallerIsKnown(DomainError):
    """The call is about a patient already."""

    message = _("This call is about a patient already.")


@dataclass(frozen=True)
class NewPatient:
    name: str
    sex: Sex


@transaction.atomic
def name_caller(*, call: Call, patient: Patient, actor: Actor, at: datetime) -> Call:
    """The caller is this patient, with all calls from before; the number leads to the patient from now on.

    Raises CallerIsKnown, ContactIsKnown.
    """
    if call.contact is None:
        raise CallerIsKnown
    attach_contact(contact=call.contact, patient=patient, actor=actor, at=at)
    renew_access(patient=patient, at=at)
    call.refresh_from_db()
    if phone := _phone_of(call):
        try:
            with transaction.atomic():
                add_phone(patient=patient, phone=phone, actor=actor, at=at)
        except PhoneAlreadyThere:
            pass  # which is how it was found
    return call


@transaction.atomic
def register_caller(*, call: Call, new: NewPatient, actor: Actor, at: datetime) -> Patient:
    """The caller is on file as a new patient, with what was told in the call and the number.

    No call waits for a guardian: of a child under 14 it is promised to find out who that is.
    Raises CallerIsKnown, ContactIsKnown.
    """
    if call.contact is None:
        raise CallerIsKnown
    values = {
        "name": new.name,
        "sex": new.sex,
        "birth_year": _birth_year(call),
        "residence": call.residence,
        "source": call.source,
    }
    phone = _phone_of(call)
    phones = [phone] if phone else []
    patient = register_patient(values=values, phones=phones, guardian=GUARDIAN_UNKNOWN, actor=actor, at=at)
    attach_contact(contact=call.contact, patient=patient, actor=actor, at=at)
    renew_access(patient=patient, at=at)
    call.refresh_from_db()
    return patient


def is_of_child(call: Call) -> bool:
    """Whether whoever is registered from the call would need a guardian."""
    return is_child({"birth_year": _birth_year(call)}, call.started_at)


def _birth_year(call: Call) -> int | None:
    return timezone.localdate(call.started_at).year - call.age if call.age is not None else None


def find_person(staff: Staff, who: str) -> Patient | Contact | None:
    """The candidate that a form names; a caller who became a patient meanwhile is that patient."""
    kind, _colon, key = who.partition(":")
    if not is_key(key):
        return None
    if kind == "contact":
        contact = Contact.objects.visible_to(staff).filter(pk=key).first()
        if contact is None or contact.became_id is None:
            return contact
        kind, key = "patient", str(contact.became_id)
    if kind != "patient":
        return None
    return Patient.objects.visible_to(staff).with_vip().with_card().known_as(int(key)).first()


def _phone_of(call: Call) -> NewPhone | None:
    try:
        number = kept_phone(call.digits, call.extension)
    except NotAPhoneNumber:
        return None
    relation = call.relation.code if call.relation else ""
    return NewPhone(number, OWNERS.get(relation, Phone.Owner.OTHER))
