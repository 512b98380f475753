"""Whose the visits of a file are."""

from collections.abc import Iterator, Sequence

from patients import rules
from patients.models import Identifier, Patient
from patients.services.fingerprints import print_of_number, rows_of_erased

from .rows import ReadRow

SYSTEM = Identifier.Type.SYSTEM


def patients_of(rows: Sequence[ReadRow], scope: str) -> dict[int, int]:
    """By the row's number, the key of its patient, or of whom that one became: by the number in the other system
    before the hospital's own. Whoever is erased is nobody here.
    """
    of_system, of_number = _by_system(rows, scope), _by_hospital(rows)
    found = {
        row.number: of_system.get(row.told.get("patient", "")) or of_number.get(row.told.get("hospital_number", ""))
        for row in rows
    }
    return {number: patient for number, patient in found.items() if patient is not None}


def erased_among(rows: Sequence[ReadRow], scope: str) -> set[int]:
    """Of rows whose patients are not on file, by number, those of people whose data are erased, or about to be."""
    return rows_of_erased({row.number: set(_prints(row, scope)) for row in rows})


def _by_system(rows: Sequence[ReadRow], scope: str) -> dict[str, int]:
    told = {row.told["patient"] for row in rows if "patient" in row.told}
    digests = {rules.digest_of(SYSTEM, number, scope): number for number in told}
    held = Identifier.objects.filter(digest__in=digests, type=SYSTEM, patient__erased_at__isnull=True)
    found = held.values_list("digest", "patient", "patient__merged_into") if digests else ()
    return {digests[digest]: into or patient for digest, patient, into in found}


def _by_hospital(rows: Sequence[ReadRow]) -> dict[str, int]:
    numbers = {row.told["hospital_number"] for row in rows if "hospital_number" in row.told}
    people = Patient.objects.filter(hospital_number__in=numbers, erased_at__isnull=True)
    found = people.values_list("hospital_number", "pk", "merged_into") if numbers else ()
    return {number: into or patient for number, patient, into in found}


def _prints(row: ReadRow, scope: str) -> Iterator[str]:
    if "patient" in row.told:
        yield rules.digest_of(SYSTEM, row.told["patient"], scope)
    if "hospital_number" in row.told:
        yield print_of_number(row.told["hospital_number"])
