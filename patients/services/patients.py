from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.access import Capability
from accounts.models import Actor
from accounts.services.submissions import create_once
from accounts.services.versions import save_version
from hospital_crm.lib.errors import DomainError, StaleVersion
from hospital_crm.lib.inserts import insert, insert_all
from hospital_crm.lib.phones import PhoneNumber, is_mobile
from institution.services.numbers import next_number
from patients.models import Identifier, Patient, Phone
from patients.rules.cards import completed_by, tells_another_birth
from patients.rules.portrait import with_street_apart

from .alike import has_identity_on_file
from .desk import is_desk
from .guardians import Guardian, check_guardian, write_guardian
from .identifiers import NewIdentifier, write_identifiers
from .search import compare_anew, findable, index_new_patients, index_patients
from .survivors import survivor_of
from .timeline import add_timeline_entry

NUMBERS = "patient"  # the sequence of our own numbers
FOUND_BY = {"name", "hospital_number"}
COMPARED_BY = {*FOUND_BY, "birth_date", "birth_year", "sex"}


class SamePersonOnFile(DomainError):
    """Somebody has this identity document, and nobody said that this is another person."""

    message = _("Somebody on file has this identity document. Open that record, or say that this is another person.")
    field = "resident_id"


class BirthAgainstCard(DomainError):
    """The card's number says another birth than was told: one of the two is wrong."""

    message = _(
        "The identity card says another day of birth. One of the two is wrong; if the card is right, leave this empty."
    )
    field = "birth"


@dataclass(frozen=True)
class NewPhone:
    number: PhoneNumber
    owner: Phone.Owner = Phone.Owner.OWN
    kind: Phone.Kind | None = None  # as the number says, where nobody said


def kind_of(new: NewPhone) -> Phone.Kind:
    return new.kind or (Phone.Kind.MOBILE if is_mobile(new.number.digits) else Phone.Kind.LANDLINE)


def register_patient(
    *,
    values: dict[str, Any],
    phones: Sequence[NewPhone],
    identifiers: Sequence[NewIdentifier] = (),
    actor: Actor,
    at: datetime,
    submission: UUID | None = None,
    is_another: bool = False,
    guardian: Guardian | None = None,
) -> Patient:
    """The person is on file with a number of ours and is found from now on; the first phone is the one to dial.

    What was left open is as an identity card says it. `is_another`: somebody has made sure that whoever has the same
    identity document is not this person. `guardian`: of a child under 14, or the word that nobody knows yet who it is.
    Raises SamePersonOnFile and GuardianIsMissing without them; BirthAgainstCard, DuplicateSubmission,
    IdentifierAlreadyThere, IdentifierOfAnother.
    """

    def create() -> Patient:
        if not is_another and has_identity_on_file(identifiers):
            raise SamePersonOnFile
        told = completed_by_cards(values, identifiers)
        check_guardian(guardian, told=told, actor=actor, at=at)
        patient = insert(_row_of(told, actor, at))
        patient.first_phones = insert_all([Phone(patient=patient, **each) for each in phone_values(phones, at)])
        written = write_identifiers(patient, identifiers, at)
        index_new_patients([findable(patient, patient.first_phones, written)])
        write_guardian(guardian, patient=patient, actor=actor, at=at)
        add_timeline_entry(
            target=patient,
            kind="patients.registered",
            params={"number": patient.number},
            needs=Capability.FIND_PEOPLE,
            occurred_at=at,
            actor=actor,
            is_new=True,
        )
        audit.record(actor=actor, verb="patient.registered", subject=patient, at=at)
        return patient

    return create_once(submission=submission, kind=Patient._meta.label, create=create, actor=actor, at=at)


def _row_of(told: dict[str, Any], actor: Actor, at: datetime) -> Patient:
    """Somebody new, with the next number of ours."""
    return Patient(
        **told,
        number=next_number(code=NUMBERS, at=at),
        registered_at=at,
        desk_registered_at=at if is_desk(actor) else None,
        updated_at=at,
        updated_by=actor,
    )


def completed_by_cards(values: dict[str, Any], identifiers: Sequence[NewIdentifier]) -> dict[str, Any]:
    """The person's columns, with what an identity card says of what was left open; a street is masked.

    Raises BirthAgainstCard.
    """
    values = with_street_apart(values)
    for each in identifiers:
        if each.type == Identifier.Type.RESIDENT_ID:
            if tells_another_birth(each.number, values.get("birth_date"), values.get("birth_year")):
                raise BirthAgainstCard
            values = completed_by(each.number, values)
    return values


@transaction.atomic
def update_patient(*, patient: Patient, version: int, values: dict[str, Any], actor: Actor, at: datetime) -> Patient:
    """The person's details are as given.

    Raises StaleVersion, for a record that was merged with the one into which it was: that is not what was read.
    """
    held = survivor_of(patient)
    if held.pk != patient.pk:
        raise StaleVersion(held)
    changed = set(save_version(patient, version=version, values=values, actor=actor, at=at))
    if changed & FOUND_BY:
        index_patients([patient])
    if changed & COMPARED_BY:
        compare_anew(patient)
    if changed:
        audit.record(actor=actor, verb="patient.updated", subject=patient, at=at, fields=changed)
    return patient


def phone_values(phones: Sequence[NewPhone], at: datetime) -> list[dict[str, Any]]:
    """What the rows of somebody's phones hold: each number once, the first is the one to dial."""
    different: dict[tuple[str, str], NewPhone] = {}
    for new in phones:
        different.setdefault((new.number.digits, new.number.extension), new)
    return [phone_row(new, at, is_primary=not rank) for rank, new in enumerate(different.values())]


def phone_row(new: NewPhone, at: datetime, *, is_primary: bool) -> dict[str, Any]:
    """What the row of a number holds that was just told."""
    return {
        "digits": new.number.digits,
        "e164": new.number.e164,
        "extension": new.number.extension,
        "owner": new.owner,
        "kind": kind_of(new),
        "is_primary": is_primary,
        "added_at": at,
        "updated_at": at,
    }


audit.name_verbs({"patient.registered": _("Patient registered"), "patient.updated": _("Patient changed")})
