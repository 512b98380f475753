"""Whom the search box finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone

from accounts.access import Capability, Scope
from accounts.models.readers import reader_of
from hospital_crm.lib.phones import searchable
from hospital_crm.lib.prepared import Prepared
from patients.models import Contact, Organisation, Patient
from patients.querysets import CANDIDATES
from patients.querysets.gaps import Asked, asked_by, gap
from patients.querysets.organisations import sound_of
from patients.services.looks import is_question

if TYPE_CHECKING:
    from accounts.models import Staff
    from patients.querysets import PatientQuerySet
    from patients.querysets.organisations import OrganisationQuerySet

LONGEST_QUESTION = 80
MOST_PATIENTS, MOST_CALLERS, MOST_ORGANISATIONS = 20, 5, 5
LOOKED_AT = 3 * MOST_PATIENTS  # of beginnings: somebody may be found by several pieces
LOOKED_AT_OF_PIECES = 2 * MOST_PATIENTS  # those spoken with in one minute are in no order among themselves


_patients, _of_pieces = Prepared[Patient](), Prepared[Patient](is_planned_once=True)
_organisations = Prepared[Organisation]()


@dataclass(frozen=True)
class Found:
    patients: list[Patient]
    callers: list[Contact]
    organisations: list[Organisation]


def find_people(*, staff: Staff, text: str) -> Found:
    """People, whom the hospital spoke with last first; unknown callers and, by name, organisations, newest first."""
    callers = _find_callers(staff, text) if searchable(text) else []
    organisations = [] if is_question(text) else _find_organisations(staff, text.strip())
    return Found(_find_patients(staff, asked_by(text)), callers, organisations)


def _find_callers(staff: Staff, number: str) -> list[Contact]:
    found = Contact.objects.visible_to(staff).nobody_yet().behind_number(number)
    return list(found.order_by("-pk")[:MOST_CALLERS])


def _find_patients(staff: Staff, asked: Asked) -> list[Patient]:
    asks = reader_of(staff, timezone.localdate())
    among = LOOKED_AT_OF_PIECES if asked.names_pieces else LOOKED_AT
    if Scope.HOSPITAL not in staff.scope(Capability.FIND_PEOPLE):
        among = CANDIDATES  # some are not theirs to find

    def meant() -> PatientQuerySet:
        found = Patient.objects.visible_to(asks.anybody, asks.today).answering(asked.question, among=among)
        return found.with_number_to_dial().latest_contact_first()[:MOST_PATIENTS]

    asking = _of_pieces if asked.names_pieces else _patients
    return asking.rows((asks.shape, asked.shape), meant, {**asks.values, **asked.words})


def _find_organisations(staff: Staff, name: str) -> list[Organisation]:
    sound = sound_of(name)

    def called() -> OrganisationQuerySet:
        found = Organisation.objects.called(gap("name"), gap("sound") if sound else "")
        return found.visible_to(staff).active().newest_first()[:MOST_ORGANISATIONS]

    return _organisations.rows((staff.rights, bool(sound)), called, {"name": name, "sound": sound}) if name else []
