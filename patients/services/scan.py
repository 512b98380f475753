"""The scan for duplicates: whoever is new or has changed is compared with all others, some people at a time.

It can be stopped at any moment and goes on where it was: `Patient.compared_at` says who is still to be compared.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from institution.models import Setting
from patients.likeness import Likeness, Traits, likeness
from patients.models import DuplicatePair, Identifier, Patient, Phone

from .match_keys import pairs_around, write_match_keys

AT_ONCE = 1_000  # people whose rows wait for nobody longer than a moment
COLUMNS = ("name", "birth_date", "birth_year", "sex", "hospital_number")
Key = tuple[int, int]


@transaction.atomic
def scan_some(*, at: datetime) -> int:
    """Some of those who are still to be compared are; how many. The list of possible duplicates says so.

    Whoever is being changed is left for the next time. A verdict stays as long as what it rested on does.
    """
    to_compare = Patient.objects.on_file().filter(compared_at__isnull=True).order_by("pk")
    held = to_compare.select_for_update(no_key=True, skip_locked=True)[:AT_ONCE]
    patients = [patient.pk for patient in held.only("pk")]
    if patients:
        write_match_keys(patients)
        listed = float(Setting.objects.number("patients.likeness_listed"))
        found = _compared(pairs_around(patients))
        likely = {key: alike for key, alike in found.items() if alike.score >= listed}
        _write_pairs(patients, likely, at)
        Patient.objects.filter(pk__in=patients).update(compared_at=at)
    return len(patients)


def compare(one: Patient, other: Patient) -> Likeness:
    """These two, as they are on file now."""
    key = one.pk, other.pk
    return _compared({key})[key]


def _compared(pairs: set[Key]) -> dict[Key, Likeness]:
    traits = _traits({key for pair in pairs for key in pair})
    return {(older, newer): likeness(traits[older], traits[newer]) for older, newer in pairs}


def _traits(keys: Iterable[int]) -> dict[int, Traits]:
    """With three queries, however many they are."""
    wanted = list(keys)
    phones, documents = defaultdict(list), defaultdict(list)
    for patient, digits, owner in Phone.objects.filter(patient__in=wanted).values_list("patient", "digits", "owner"):
        phones[patient].append((digits, owner))
    sealed = Identifier.objects.filter(patient__in=wanted).exclude(sealed="")
    for patient, kind, digest in sealed.values_list("patient", "type", "digest"):
        documents[patient].append((kind, digest))
    rows = Patient.objects.filter(pk__in=wanted).values("pk", *COLUMNS)
    return {
        row["pk"]: Traits(
            **{name: row[name] for name in COLUMNS},
            phones=tuple(phones[row["pk"]]),
            documents=tuple(documents[row["pk"]]),
        )
        for row in rows
    }


def _write_pairs(patients: list[int], likely: dict[Key, Likeness], at: datetime) -> None:
    """What is not likely any more is no longer asked, unless somebody did; what was decided is not forgotten.

    Whoever decides a pair at this moment is not overruled: each is written as long as it is what was read.
    """
    held = {(row.older_id, row.newer_id): row for row in _pairs_of(patients)}
    unlikely = [row.pk for key, row in held.items() if row.is_open and key not in likely]
    DuplicatePair.objects.filter(pk__in=unlikely, state=DuplicatePair.State.OPEN, is_by_hand=False).delete()
    new = [(key, alike) for key, alike in likely.items() if key not in held]
    DuplicatePair.objects.bulk_create([pair_of(*key, alike, at) for key, alike in new], ignore_conflicts=True)
    changed = [row for key, row in held.items() if key in likely and row.basis != likely[key].basis]
    for row in changed:
        _overwrite(row, likely[row.older_id, row.newer_id])


def _overwrite(row: DuplicatePair, alike: Likeness) -> None:
    as_read = DuplicatePair.objects.filter(pk=row.pk, state=row.state, basis=row.basis)
    found = take_over(row, alike)
    names = ("score", "reasons", "basis", "state", "decided_at", "decided_by")
    as_read.update(**{name: getattr(found, name) for name in names})


def _pairs_of(patients: list[int]) -> list[DuplicatePair]:
    as_older = DuplicatePair.objects.filter(older__in=patients).exclude(state=DuplicatePair.State.MERGED)
    as_newer = DuplicatePair.objects.filter(newer__in=patients).exclude(state=DuplicatePair.State.MERGED)
    return [*as_older, *as_newer.exclude(older__in=patients)]


def pair_of(older: int, newer: int, alike: Likeness, at: datetime) -> DuplicatePair:
    return take_over(DuplicatePair(older_id=older, newer_id=newer, found_at=at), alike)


def take_over(pair: DuplicatePair, alike: Likeness) -> DuplicatePair:
    """The pair says how alike they are now, and is to be looked at."""
    pair.score, pair.reasons, pair.basis = alike.score, [str(reason) for reason in alike.reasons], alike.basis
    pair.state, pair.decided_at, pair.decided_by = DuplicatePair.State.OPEN, None, None
    return pair
