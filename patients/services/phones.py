from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.access import Capability
from accounts.models import Actor, Staff
from accounts.services.submissions import create_once
from hospital_crm.lib.errors import DomainError
from patients.models import AccessGrant, Patient, Phone, Reveal

from .identifiers import MayNotReveal
from .patients import NewPhone, phone_row
from .search import index_patients
from .survivors import hold_patient


class PhoneAlreadyThere(DomainError):
    """The patient has this number already."""

    message = _("This number stands there already.")
    field = "phone"


class PhoneNotValid(DomainError):
    """Nobody rings a number that leads nowhere, or to somebody else."""

    message = _("This number is marked as not valid. Check it first.")


class PhoneAlreadyChosen(DomainError):
    """It is the one to dial first already."""

    message = _("This number is dialled first already.")


@transaction.atomic
def add_phone(
    *, patient: Patient, phone: NewPhone, actor: Actor, at: datetime, submission: UUID | None = None
) -> Phone:
    """The number leads to the patient from now on; the first one is the one to dial.

    Raises PhoneAlreadyThere, DuplicateSubmission.
    """
    held = hold_patient(patient)  # of two at once one is the first

    def create() -> Phone:
        return _add(held, phone, actor, at)

    return create_once(submission=submission, kind=Phone._meta.label, create=create, actor=actor, at=at)


def _add(patient: Patient, phone: NewPhone, actor: Actor, at: datetime) -> Phone:
    number, held = phone.number, patient.phones.all()
    if held.filter(digits=number.digits, extension=number.extension).exists():
        raise PhoneAlreadyThere
    is_primary = not held.filter(is_primary=True).exists()
    added = Phone.objects.create(patient=patient, **phone_row(phone, at, is_primary=is_primary))
    index_patients([patient])
    audit.record(actor=actor, verb="patient.phone_added", subject=patient, at=at)
    return added


@transaction.atomic
def choose_phone(*, phone: Phone, actor: Actor, at: datetime) -> Phone:
    """This is the number to dial first.

    Raises PhoneAlreadyChosen, PhoneNotValid.
    """
    Patient.objects.select_for_update().get(pk=phone.patient_id)  # of two at once one is the last
    phone.refresh_from_db()
    if phone.is_primary:
        raise PhoneAlreadyChosen
    if not phone.is_valid:
        raise PhoneNotValid
    Phone.objects.filter(patient=phone.patient_id, is_primary=True).update(is_primary=False)
    Phone.objects.filter(pk=phone.pk).update(is_primary=True)
    audit.record(actor=actor, verb="patient.phone_chosen", subject=phone.patient, at=at)
    phone.refresh_from_db()
    return phone


@transaction.atomic
def reveal_phone(*, phone: Phone, purpose: Reveal.Purpose, staff: Staff, at: datetime) -> Reveal:
    """The person sees the number, and that is on record with its purpose.

    Raises MayNotReveal.
    """
    if not staff.can(Capability.REVEAL_NUMBERS) and not owes(
        staff=staff, patient=phone.patient, on=timezone.localdate(at)
    ):
        raise MayNotReveal
    audit.record(
        actor=staff.actor, verb="patient.phone_revealed", subject=phone.patient, at=at, fields=[f"purpose_{purpose}"]
    )
    return Reveal.objects.create(phone=phone, staff=staff, purpose=purpose, revealed_at=at)


def owes(*, staff: Staff, patient: Patient, on: date) -> bool:
    """Whether the person, one of the person's teams or somebody for whom one stands in that day owes the patient."""
    return AccessGrant.objects.held_by(staff, on).filter(patient=patient).exists()


OWED = "purpose_owed"  # what the look was for of whoever owes the patient something
audit.name_fields({OWED: _("Purpose: an open promise")})
audit.name_fields(
    {f"purpose_{one.value}": format_lazy(_("Purpose: {purpose}"), purpose=one.label) for one in Reveal.Purpose}
)
audit.name_verbs(
    {
        "patient.phone_added": _("Patient's phone added"),
        "patient.phone_chosen": _("Patient's phone to dial chosen"),
        "patient.phone_revealed": _("Patient's number revealed"),
        "patient.opened": _("Patient's page opened"),
    }
)
