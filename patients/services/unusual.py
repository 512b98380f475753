"""Looks that somebody should check are found after the day, and explained or passed on."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Actor, AuditEntry, Staff
from accounts.services.versions import save_version
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.moments import midnight, midnight_after
from institution.models import Setting
from patients.models import AccessGrant, ColleagueRecord, LookToCheck
from patients.rules.looks import Limits, is_unusual, usual_of

from .looks import EXPORTS, LOOKS, OPENED, VISITS, looked_at, looks_at_people

HISTORY_DAYS = 30
DAYS_BACK = 3  # so many days that are over are looked at again, for a worker may have stood still
DAY = timedelta(days=1)
ONE_LOOK = timedelta(seconds=audit.LOOKS_COLLAPSE_SECONDS)
Kind, State = LookToCheck.Kind, LookToCheck.State


class LookAlreadyChecked(DomainError):
    """Somebody has said what it was."""

    message = _("This was checked already.")


class WordsAreMissing(DomainError):
    """Whoever checks says what was found."""

    message = _("Say what you found: it stays on record.")
    field = "words"


class OwnLooks(DomainError):
    """Nobody checks oneself."""

    message = _("These are your own looks: somebody else checks them.")
    status = 403


def find_unusual_looks(*, at: datetime) -> int:
    """Of the last days that are over, every unusual look has its row, once a person and day; how many are new."""
    today = timezone.localdate(at)
    days = [today - DAY * back for back in range(DAYS_BACK, 0, -1)]
    return _find_many(days, at) + _find_at_colleagues(days, at)


def looks_of(staff: Staff | None = None, *, since: date, until: date) -> Any:
    """What counts: the looks on these days that no open promise of one's own, or of one's team, explains; each with
    `whom`, the person's key, which a list that was carried away has not.
    """
    whose = Q(actor__staff=staff) if staff is not None else Q(actor__staff__isnull=False)
    looks = AuditEntry.objects.filter(
        whose, verb__in=[*LOOKS, *EXPORTS], at__gte=midnight(since), at__lt=midnight_after(until)
    )
    at_people = looks.annotate(whom=looked_at()).filter(Q(whom__isnull=False) | Q(verb__in=EXPORTS))
    return at_people.exclude(_is_owed())


def _is_owed() -> Q:
    """To the person looked at, or to whom the record was merged with, now or at the time of the look."""
    whom = OuterRef("whom")
    owed = AccessGrant.objects.filter(
        Q(staff=OuterRef("actor__staff")) | Q(team__members=OuterRef("actor__staff")),
        Q(ended_at__isnull=True) | Q(ended_at__gte=OuterRef("at")),
        granted_at__lte=OuterRef("at"),
    )
    once_one = owed.filter(
        Q(patient__merges_into_others__undone_at__gte=OuterRef("at")),
        patient__merges_into_others__survivor=whom,
        patient__merges_into_others__merged_at__lte=OuterRef("at"),
    )
    return Q(Exists(owed.filter(patient=whom)) | Exists(owed.filter(patient__merged_from=whom)) | Exists(once_one))


def looks_behind(look: LookToCheck) -> Any:
    """The looks that a row is about."""
    looks = looks_of(look.staff, since=look.day, until=look.day)
    return looks.filter(looks_at_people([look.patient_id])) if look.patient_id else _of_many(looks)


def _of_many(looks: Any) -> Any:
    """Whoever opens a patient's page sees the visits there: one look, not two. Visits without the page are one too."""
    page = AuditEntry.objects.filter(
        verb=OPENED,
        actor=OuterRef("actor"),
        subject_type=OuterRef("subject_type"),
        subject_id=OuterRef("subject_id"),
        at__gt=OuterRef("at") - ONE_LOOK,
        at__lt=OuterRef("at") + ONE_LOOK,
    )
    return looks.filter(~Q(verb=VISITS) | ~Exists(page))


def _find_many(days: list[date], at: datetime) -> int:
    looks = _of_many(looks_of(since=days[0] - DAY * HISTORY_DAYS, until=days[-1]))
    by_day = looks.annotate(day=TruncDate("at")).order_by().values_list("actor__staff", "day")
    counted: dict[int, dict[date, int]] = defaultdict(dict)
    for staff, day, number in by_day.annotate(number=Count("pk")):
        counted[staff][day] = number
    limits = _limits()
    return sum(_note_many(staff, of_days, day, limits, at) for staff, of_days in counted.items() for day in days)


def _note_many(staff: int, of_days: dict[date, int], day: date, limits: Limits, at: datetime) -> bool:
    history = [number for when, number in of_days.items() if day - DAY * HISTORY_DAYS <= when < day]
    number, usual = of_days.get(day, 0), usual_of(history, limits)
    if not is_unusual(number, usual, limits):
        return False
    found = {"looks": number, "usual": usual, "found_at": at, "updated_at": at}
    return LookToCheck.objects.get_or_create(kind=Kind.MANY, staff_id=staff, day=day, defaults=found)[1]


def _find_at_colleagues(days: list[date], at: datetime) -> int:
    return sum(_note_at_colleague(*found, at) for found in _at_colleagues(days))


def _note_at_colleague(patient: int, staff: int, day: date, number: int, at: datetime) -> bool:
    """Unless it was found at a record that has been merged into it."""
    pair = {"kind": Kind.COLLEAGUE, "staff_id": staff, "day": day}
    if LookToCheck.objects.filter(**pair, patient_id=patient).exists():
        return False
    found = {"patient_id": patient, "looks": number, "found_at": at, "updated_at": at}
    return LookToCheck.objects.get_or_create(**pair, patient_then=patient, defaults=found)[1]


def _at_colleagues(days: list[date]) -> Iterator[tuple[int, int, date, int]]:
    """Whose record, who looked, on which day, how often; never the colleague at the own record."""
    still = Q(ended_at__isnull=True) | Q(ended_at__gte=midnight(days[0]))  # whoever ends it hides no look from before
    for record in ColleagueRecord.objects.filter(still):
        looks = looks_of(since=days[0], until=days[-1]).filter(looks_at_people([record.patient_id]))
        if record.ended_at is not None:
            looks = looks.filter(at__lte=record.ended_at)
        others = looks.exclude(actor__staff=record.staff_id).annotate(day=TruncDate("at")).order_by()
        for staff, day, number in others.values_list("actor__staff", "day").annotate(number=Count("pk")):
            yield record.patient_id, staff, day, number


def _limits() -> Limits:
    number = Setting.objects.number
    return Limits(
        times=number("patients.looks_times"),
        floor=int(number("patients.looks_floor")),
        floor_of_new=int(number("patients.looks_floor_of_new")),
        days_needed=int(number("patients.looks_days_needed")),
    )


@transaction.atomic
def check_look(
    *, look: LookToCheck, version: int, state: LookToCheck.State, words: str, actor: Actor, at: datetime
) -> LookToCheck:
    """It is explained, or passed on to whoever deals with it, in the words of whoever checked.

    Raises OwnLooks, WordsAreMissing, LookAlreadyChecked, StaleVersion.
    """
    if actor.staff_id == look.staff_id:
        raise OwnLooks
    if not words.strip():
        raise WordsAreMissing
    held = LookToCheck.objects.select_for_update().get(pk=look.pk)
    if not held.is_open:
        raise LookAlreadyChecked
    values = {"state": state, "words": words, "checked_at": at, "checked_by": actor}
    save_version(look, version=version, values=values, actor=actor, at=at)
    audit.record(actor=actor, verb=f"look.{state.value}", subject=look, at=at)  # names nobody
    return look


audit.name_verbs(
    {
        "look.explained": _("Unusual look explained"),
        "look.passed_on": _("Unusual look passed on"),
        "look.opened": _("Looks of a colleague opened"),
    }
)
