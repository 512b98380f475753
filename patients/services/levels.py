"""Which service level each patient is owed: kept on the row, so that lists can be asked for it.

A visit that is written changes its patient's level at once. Otherwise a level only ends, when a visit is too long ago
to count: `level_ends_at` says when that can be, and those whose time has come are looked at anew. When the hospital
changes what levels rest on, a sweep looks at everybody. Visits that were brought in from the past count like others:
they say how often somebody was here, and a level begins nothing by itself.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from accounts.access import Capability, Scope
from accounts.models import Staff
from institution.models import ReferenceItem, Setting
from patients.models import CURRENCY, LevelSweep, Patient, Visit
from patients.rules.levels import LEVELS, Reach, Stay, Terms, standing_of

SETTINGS = "patients.level_"  # their keys begin so
WORDS = "service_level"  # the list with what each level is owed, in words
CODES = {level: code for code, level in LEVELS.items()}
LONGEST_MONTH = timedelta(days=31)
AT_ONCE = 1_000  # people whose rows wait for nobody longer than a moment


def sees_levels(staff: Staff) -> bool:
    """Whoever meets the whole hospital's patients. Doctors are not told: it has no say in treatment."""
    return Scope.HOSPITAL in staff.scope(Capability.FIND_PEOPLE)


def level_words() -> dict[int, str]:
    """What is owed, by level, in the reader's language; a level whose words were taken out of use is not shown."""
    return words_in(ReferenceItem.objects.of_list(WORDS))


def words_in(items: Iterable[ReferenceItem]) -> dict[int, str]:
    """The same of a list that was read already."""
    return {LEVELS[item.code]: item.label for item in items if item.is_active and item.code in LEVELS}


def renew_level(patient: int, *, at: datetime) -> None:
    """The patient's level is what the visits say; in the transaction in which one of them was written."""
    with transaction.atomic():
        held = Patient.objects.select_for_update(no_key=True).filter(pk=patient)
        _renew(list(held), _terms(), at)


def await_renewal(stays: Iterable[tuple[int, datetime]], *, at: datetime) -> None:
    """Whoever was here so lately that it counts is looked at soon: after many visits were written at once."""
    oldest = _oldest(_terms(), at)
    patients = {patient for patient, starts_at in stays if starts_at >= oldest}
    if patients:
        Patient.objects.filter(pk__in=patients).update(level_ends_at=at)


@transaction.atomic
def renew_some(*, at: datetime) -> int:
    """Some of those whose level may have ended have the one that they are owed now; how many.

    Whoever is being changed is left for the next time.
    """
    due = Patient.objects.on_file().filter(level_ends_at__lte=at).order_by("level_ends_at")
    held = list(due.select_for_update(no_key=True, skip_locked=True)[:AT_ONCE])
    if held:
        _renew(held, _terms(), at)
    return len(held)


@transaction.atomic
def sweep_some(*, at: datetime) -> int:
    """After the terms have changed: some more are looked at anew; how many, 0 once all were."""
    terms = _terms()
    sweep = LevelSweep.objects.select_for_update().order_by("-pk").first()
    if sweep is None or sweep.terms != str(terms):
        sweep = LevelSweep.objects.create(terms=str(terms), began_at=at)
    if sweep.finished_at is not None:
        return 0
    rest = Patient.objects.on_file().filter(pk__gt=sweep.position).order_by("pk")
    held = list(rest.select_for_update(no_key=True)[:AT_ONCE])
    if held:
        _renew(held, terms, at)
        sweep.position = held[-1].pk
    else:
        sweep.finished_at = at
    sweep.save(update_fields=["position", "finished_at"])
    return len(held)


def _terms() -> Terms:
    """As the hospital has set them now, with one query."""
    told = Setting.objects.numbers(SETTINGS)
    reaches = {level: Reach(int(told[f"{code}_visits"]), told[f"{code}_amount"]) for code, level in LEVELS.items()}
    return Terms(int(told["months"]), reaches)


def _oldest(terms: Terms, at: datetime) -> datetime:
    """What began before does not count, whatever the months are like."""
    return at - terms.months * LONGEST_MONTH


def _renew(patients: Sequence[Patient], terms: Terms, at: datetime) -> None:
    """With one query for their visits, and one to write what differs; the rows are held."""
    stays = _stays([patient.pk for patient in patients], terms, at)
    changed = []
    for patient in patients:
        standing = standing_of(stays[patient.pk], terms, at)
        if standing != (patient.service_level, patient.level_ends_at):
            patient.service_level, patient.level_ends_at = standing
            changed.append(patient)
    Patient.objects.bulk_update(changed, ["service_level", "level_ends_at"])


def _stays(patients: Collection[int], terms: Terms, at: datetime) -> defaultdict[int, list[Stay]]:
    found: defaultdict[int, list[Stay]] = defaultdict(list)
    visits = Visit.objects.happened().filter(patient__in=patients, starts_at__gte=_oldest(terms, at), starts_at__lte=at)
    for patient, starts_at, total, currency in visits.values_list("patient", "starts_at", "total", "currency"):
        amount = total if total is not None and currency == CURRENCY else Decimal()
        found[patient].append(Stay(timezone.localtime(starts_at), amount))
    return found
