"""Whom the search box finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from patients.models import Contact, Organisation, Patient
from patients.services.looks import is_question

if TYPE_CHECKING:
    from accounts.models import Staff
    from patients.querysets import ContactQuerySet, PatientQuerySet
    from patients.querysets.organisations import OrganisationQuerySet

LONGEST_QUESTION = 80
MOST_PATIENTS, MOST_CALLERS, MOST_ORGANISATIONS = 20, 5, 5


@dataclass(frozen=True)
class Found:
    patients: PatientQuerySet
    callers: ContactQuerySet
    organisations: OrganisationQuerySet


def find_people(*, staff: Staff, text: str) -> Found:
    """People, whom the hospital spoke with last first; unknown callers and, by name, organisations, newest first."""
    patients = Patient.objects.visible_to(staff).found_by(text).with_number_to_dial().latest_contact_first()
    callers = Contact.objects.visible_to(staff).nobody_yet().behind_number(text).order_by("-pk")
    by_name = Organisation.objects.none() if is_question(text) else Organisation.objects.found_by(text)
    organisations = by_name.visible_to(staff).active().newest_first()
    return Found(patients[:MOST_PATIENTS], callers[:MOST_CALLERS], organisations[:MOST_ORGANISATIONS])
