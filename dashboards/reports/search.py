"""Whom the search box finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from patients.models import Contact, Patient

if TYPE_CHECKING:
    from accounts.models import Staff
    from patients.querysets import ContactQuerySet, PatientQuerySet

LONGEST_QUESTION = 80
MOST_PATIENTS, MOST_CALLERS = 20, 5


@dataclass(frozen=True)
class Found:
    patients: PatientQuerySet
    callers: ContactQuerySet


def find_people(*, staff: Staff, text: str) -> Found:
    """People, whom the hospital spoke with last first; and callers who are nobody yet, the newest first."""
    patients = Patient.objects.visible_to(staff).found_by(text).with_number_to_dial().latest_contact_first()
    callers = Contact.objects.visible_to(staff).nobody_yet().behind_number(text).order_by("-pk")
    return Found(patients[:MOST_PATIENTS], callers[:MOST_CALLERS])
