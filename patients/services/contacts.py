"""Callers who are nobody yet, and how one of them becomes a patient."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Actor
from hospital_crm.lib.claims import hold_name
from hospital_crm.lib.errors import DomainError
from patients.models import Contact, Patient

from .moving import references_to
from .survivors import hold_patient
from .timeline import record_contact

ENDING_DIGITS = 4


class ContactIsKnown(DomainError):
    """The caller was attached to a patient before; undoing that is a matter of merging."""

    message = _("Somebody has said already who this caller is.")


@transaction.atomic
def find_or_create_contact(*, name: str, digits: str, extension: str = "", actor: Actor, at: datetime) -> Contact:
    """The caller has a row: the one of the same name at the same number, else a new one; withheld is always new.

    Of two first calls or texts of one number at once the second waits, and finds the first one's.
    """
    if digits:
        same = _same(name, digits, extension)
        if same is None:
            hold_name("contact", f"{digits}:{extension}")
            same = _same(name, digits, extension)
        if same is not None and name and not same.name:
            Contact.objects.filter(pk=same.pk).update(name=name)
            same.refresh_from_db()
        if same is not None:
            return same
    return Contact.objects.create(
        name=name,
        digits=digits,
        extension=extension,
        ending=digits[-ENDING_DIGITS:],
        created_at=at,
        created_by=actor,
    )


def _same(name: str, digits: str, extension: str) -> Contact | None:
    known = Contact.objects.nobody_yet().filter(digits=digits, extension=extension)
    return known.filter(name=name).first() or known.filter(name="").first()


def hold_contact(contact: Contact) -> Patient | Contact:
    """Whom to write about, to the end of the caller's transaction: nobody attaches the contact in between."""
    held = Contact.objects.select_for_update().get(pk=contact.pk)
    return held.became or held  # read after the lock: what a join brings is as old as the wait was long


@transaction.atomic
def attach_contact(*, contact: Contact, patient: Patient, actor: Actor, at: datetime) -> Contact:
    """The caller is this patient: all that was about the caller is about the patient from now on.

    Raises ContactIsKnown.
    """
    patient = hold_patient(patient)
    if Contact.objects.nobody_yet().filter(pk=contact.pk).update(became=patient, became_at=at) != 1:
        raise ContactIsKnown
    for reference in references_to(Contact):
        column, to = reference.name, reference.name.replace("contact", "patient")  # which stands beside it
        reference.model._default_manager.filter(**{column: contact}).update(**{column: None, to: patient})
    contact.refresh_from_db()
    if contact.last_contact_at is not None:
        record_contact(target=patient, at=contact.last_contact_at)
    audit.record(actor=actor, verb="contact.attached", subject=patient, at=at)
    return contact


audit.name_verbs({"contact.attached": _("Caller attached to a patient")})
