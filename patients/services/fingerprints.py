"""What a file knows people by, as hashes: so that no file brings somebody back whose data were erased."""

from collections.abc import Collection, Mapping

from patients import rules
from patients.models import DataRequest, ErasedKey, Identifier, Patient

IN_FILES = (Identifier.Type.SYSTEM, Identifier.Type.RESIDENT_ID)  # what no file tells needs no fingerprint


def print_of_number(hospital_number: str) -> str:
    """Identifiers have theirs: `Identifier.digest`."""
    return rules.digest_of("hospital_number", hospital_number)


def prints_of(keys: Collection[int]) -> set[str]:
    """Of all numbers of these records by which a file may tell of them."""
    numbers = Patient.objects.filter(pk__in=keys).exclude(hospital_number="")
    told = Identifier.objects.filter(patient__in=keys, type__in=IN_FILES)
    of_numbers = {print_of_number(each) for each in numbers.values_list("hospital_number", flat=True)}
    return of_numbers | set(told.values_list("digest", flat=True))


def keep_prints(request: DataRequest, keys: Collection[int]) -> None:
    """They are kept, before the numbers themselves are forgotten."""
    ErasedKey.objects.bulk_create([ErasedKey(request=request, digest=each) for each in sorted(prints_of(keys))])


def forget_prints(keys: Collection[int]) -> None:
    """From now on a file that still tells of the people brings them back."""
    ErasedKey.objects.filter(request__patient__in=keys).delete()


def rows_of_erased(prints: Mapping[int, Collection[str]]) -> set[int]:
    """Of rows that lead to nobody on file, by number with the prints of what they tell: those of people who were
    erased. Whoever was registered anew is on file, and found before.
    """
    held = ErasedKey.objects.among({each for row in prints.values() for each in row})
    return {number for number, row in prints.items() if not held.isdisjoint(row)}
