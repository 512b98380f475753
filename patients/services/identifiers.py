from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.access import Capability
from accounts.models import Actor, Staff
from accounts.services.submissions import create_once
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.sealing import CannotBeOpened, seal
from patients import rules
from patients.models import Identifier, Patient, Reveal

from .search import index_patients
from .survivors import hold_patient


class MayNotReveal(DomainError):
    """Neither the role nor an open promise lets this person see the number."""

    message = _("Your role does not show numbers. Ask whoever owes this patient a call.")
    status = 403


class IdentifierAlreadyThere(DomainError):
    """The patient has this document already."""

    message = _("This document stands there already.")
    field = "number"


class IdentifierOfAnother(DomainError):
    """A row of another system is one patient here."""

    message = _("Another patient has this number already.")
    field = "number"


class NumberUnreadable(DomainError):
    """SECRET_KEY was changed since the number was sealed."""

    message = _("This number can no longer be read: the key of the system was changed. Enter it anew.")


@dataclass(frozen=True)
class NewIdentifier:
    """`number` as `rules.read_identifier` gives it; `scope` is the system whose number it is."""

    type: Identifier.Type
    number: str
    scope: str = ""

    @property
    def is_open(self) -> bool:
        """Nothing is to be hidden, but where somebody is written to by it."""
        return self.type == Identifier.Type.SYSTEM and not self.scope.startswith(Identifier.WECHAT)

    @property
    def digest(self) -> str:
        return rules.digest_of(self.type, self.number, self.scope)


@transaction.atomic
def add_identifier(
    *, patient: Patient, new: NewIdentifier, actor: Actor, at: datetime, submission: UUID | None = None
) -> Identifier:
    """The patient is known and found by it from now on.

    Raises IdentifierAlreadyThere, IdentifierOfAnother, DuplicateSubmission.
    """
    held = hold_patient(patient)  # of two at once one is the first

    def create() -> Identifier:
        (row,) = write_identifiers(held, [new], at)
        index_patients([held])
        audit.record(actor=actor, verb="patient.identifier_added", subject=held, at=at, fields=[str(new.type)])
        return row

    return create_once(submission=submission, kind=Identifier._meta.label, create=create, actor=actor, at=at)


@transaction.atomic
def replace_number(*, patient: Patient, scope: str, number: str, actor: Actor, at: datetime) -> None:
    """In the other system the patient has this number from now on, and no other one; "" for none.

    Raises IdentifierOfAnother, PersonErased.
    """
    held = hold_patient(patient)
    new = NewIdentifier(Identifier.Type.SYSTEM, number, scope)
    there = held.identifiers.filter(type=new.type, scope=scope)
    gone, _rows = there.exclude(digest=new.digest).delete()
    if number and not there.exists():
        write_identifiers(held, [new], at)
    elif not gone:
        return  # it is as it was
    index_patients([held])
    verb = "patient.identifier_added" if number else "patient.identifier_removed"
    audit.record(actor=actor, verb=verb, subject=held, at=at, fields=[str(new.type)])


def write_identifiers(patient: Patient, new: Iterable[NewIdentifier], at: datetime) -> list[Identifier]:
    """The rows alone, for whoever indexes and records.

    Raises IdentifierAlreadyThere, IdentifierOfAnother.
    """
    rows = [Identifier(patient=patient, **values) for values in identifier_values(new, at)]
    for row in rows:
        held = Identifier.objects.filter(digest=row.digest)
        if held.filter(patient=patient).exists():
            raise IdentifierAlreadyThere
        if row.type == Identifier.Type.SYSTEM and held.exists():
            raise IdentifierOfAnother
    return Identifier.objects.bulk_create(rows)


def identifier_values(new: Iterable[NewIdentifier], at: datetime) -> list[dict[str, Any]]:
    """What the rows of somebody's identifiers hold."""
    return [_values(each, at) for each in new]


def _values(new: NewIdentifier, at: datetime) -> dict[str, Any]:
    return {
        "type": new.type,
        "scope": new.scope,
        "digest": new.digest,
        "sealed": "" if new.is_open else seal(new.number, purpose=rules.SEALED_FOR),
        "shown": new.number if new.is_open else rules.mask_identifier(new.type, new.number),
        "added_at": at,
    }


@transaction.atomic
def reveal_identifier(*, identifier: Identifier, purpose: Reveal.Purpose, staff: Staff, at: datetime) -> str:
    """The number in clear; that the person saw it is on record with its purpose.

    Raises MayNotReveal, NumberUnreadable.
    """
    if not staff.can(Capability.REVEAL_NUMBERS):
        raise MayNotReveal
    try:
        number = identifier.value
    except CannotBeOpened as error:
        raise NumberUnreadable from error
    audit.record(
        actor=staff.actor,
        verb="patient.identifier_revealed",
        subject=identifier.patient,
        at=at,
        fields=[identifier.type, f"purpose_{purpose}"],
    )
    return number


audit.name_fields({one.value: one.label for one in Identifier.Type})
audit.name_verbs(
    {
        "patient.identifier_added": _("Patient's document added"),
        "patient.identifier_removed": _("Patient's number in another system taken off"),
        "patient.identifier_revealed": _("Number of a patient's document revealed"),
    }
)
