"""Whom to speak with at an organisation."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.access import Capability
from accounts.models import Actor, Staff
from accounts.services.submissions import create_once
from accounts.services.versions import save_version
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.phones import PhoneNumber
from patients.models import Organisation, OrganisationContact, Patient, Reveal

from .identifiers import MayNotReveal
from .organisations import hold_organisation
from .survivors import hold_patient


class ContactAlreadyEnded(DomainError):
    """Nobody speaks with this person any more."""

    message = _("This person is no longer the one to speak with.")


@transaction.atomic
def add_organisation_contact(
    *,
    organisation: Organisation,
    values: dict[str, Any],
    phone: PhoneNumber | None = None,
    patient: Patient | None = None,
    actor: Actor,
    at: datetime,
    submission: UUID | None = None,
) -> OrganisationContact:
    """There is one more person to speak with; the first, and whoever is said to be it, is the main one.

    Raises OrganisationAlreadyEnded, DuplicateSubmission.
    """

    def create() -> OrganisationContact:
        held = hold_organisation(organisation)
        others = held.contacts.filter(ended_at__isnull=True, is_main=True)
        is_main = bool(values.get("is_main")) or not others.exists()
        if is_main:
            others.update(is_main=False)
        row = OrganisationContact.objects.create(
            organisation=held,
            **{**values, "is_main": is_main},
            **columns_of(phone),
            patient=hold_patient(patient) if patient else None,
            **_stamp(actor, at),
            added_at=at,
            added_by=actor,
        )
        audit.record(actor=actor, verb="organisation.contact_added", subject=held, at=at)
        return row

    return create_once(submission=submission, kind=OrganisationContact._meta.label, create=create, actor=actor, at=at)


@transaction.atomic
def update_organisation_contact(
    *, contact: OrganisationContact, version: int, values: dict[str, Any], actor: Actor, at: datetime
) -> OrganisationContact:
    """The person is as given: `values` are columns. Whoever becomes the main one takes that from another.

    Raises ContactAlreadyEnded, StaleVersion.
    """
    organisation = Organisation.objects.select_for_update().get(pk=contact.organisation_id)
    stored = organisation.contacts.get(pk=contact.pk)
    if stored.ended_at is not None:
        raise ContactAlreadyEnded
    if isinstance(patient := values.get("patient"), Patient):
        values = {**values, "patient": hold_patient(patient)}
    if values.get("is_main") and stored.version == version:
        organisation.contacts.filter(is_main=True).exclude(pk=contact.pk).update(is_main=False)
    if changed := save_version(contact, version=version, values=values, actor=actor, at=at):
        audit.record(
            actor=actor, verb="organisation.contact_changed", subject=organisation, at=at, fields=sorted(changed)
        )
    return contact


@transaction.atomic
def end_organisation_contact(*, contact: OrganisationContact, actor: Actor, at: datetime) -> OrganisationContact:
    """Nobody speaks with this person there any more; that somebody did stays on file.

    Raises ContactAlreadyEnded.
    """
    ended = {"ended_at": at, "is_main": False, "version": F("version") + 1}
    if OrganisationContact.objects.open().filter(pk=contact.pk).update(**ended) != 1:
        raise ContactAlreadyEnded
    contact.refresh_from_db()
    audit.record(actor=actor, verb="organisation.contact_ended", subject=contact.organisation, at=at)
    return contact


@transaction.atomic
def reveal_contact(*, contact: OrganisationContact, purpose: Reveal.Purpose, staff: Staff, at: datetime) -> str:
    """The number in clear; that the person saw it is on record with its purpose.

    Raises MayNotReveal.
    """
    if not staff.can(Capability.REVEAL_NUMBERS):
        raise MayNotReveal
    verb, fields = "organisation.contact_revealed", [f"purpose_{purpose}"]
    audit.record(actor=staff.actor, verb=verb, subject=contact.organisation, at=at, fields=fields)
    return contact.shown


def columns_of(phone: PhoneNumber | None) -> dict[str, str]:
    """What a row holds of a number."""
    return {"digits": phone.digits, "extension": phone.extension} if phone else {"digits": "", "extension": ""}


def _stamp(actor: Actor, at: datetime) -> dict[str, Any]:
    return {"updated_at": at, "updated_by": actor}


audit.name_fields(
    {
        "position": _("Job title"),
        "is_main": _("Speak with this person first"),
        "email": _("E-mail"),
        "patient": _("Patient"),
    }
)
audit.name_verbs(
    {
        "organisation.contact_added": _("Person to speak with added"),
        "organisation.contact_changed": _("Person to speak with changed"),
        "organisation.contact_ended": _("Person to speak with ended"),
        "organisation.contact_revealed": _("Number of a person to speak with revealed"),
    }
)
