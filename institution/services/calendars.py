"""The hospital's calendar and those of departments: who has one, and its hours."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Actor, Department
from accounts.services.submissions import create_once
from accounts.services.versions import save_version
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.worktime import Range
from institution import rules
from institution.models import WorkingCalendar, WorkingHours

from .removals import remove_version
from .working_time import calendar_in_force

Week = Mapping[int, Sequence[Range]]


class DepartmentHasCalendar(DomainError):
    """The department has a calendar of its own already."""

    message = _("This department has a calendar of its own already.")
    field = "department"


class HospitalCalendarStays(DomainError):
    """All departments without a calendar of their own keep to the hospital's."""

    message = _("The hospital's calendar stays: departments without one of their own keep to it.")


class HoursAreMissing(DomainError):
    """Nothing would ever fall due by a calendar without working hours."""

    message = _("No weekday has working hours: nothing would ever fall due. Write those of one day at least.")


class HoursClash(DomainError):
    """Two ranges of a day share some time."""

    message = _("Two ranges of the same day overlap.")


def keeper_of_years(calendar: WorkingCalendar) -> WorkingCalendar:
    """The calendar whose years somebody confirms for this one: the hospital's, where it follows that."""
    is_own = calendar.department_id is None or not calendar.follows_hospital
    return calendar if is_own else WorkingCalendar.objects.of_hospital()


def create_calendar(
    *, department: Department, actor: Actor, at: datetime, submission: UUID | None = None
) -> WorkingCalendar:
    """The department has a calendar of its own, which begins with the hours that held for it so far.

    Raises DuplicateSubmission, DepartmentHasCalendar.
    """

    def create() -> WorkingCalendar:
        before = list(calendar_in_force(department).hours.values("weekday", "opens_at", "closes_at"))
        names = {"name_zh": department.name_zh, "name_en": department.name_en}
        calendar = WorkingCalendar.objects.create(department=department, **names, updated_at=at, updated_by=actor)
        WorkingHours.objects.bulk_create(WorkingHours(calendar=calendar, **hours) for hours in before)
        audit.record(actor=actor, verb="calendar.created", subject=calendar, at=at)
        return calendar

    try:
        with transaction.atomic():
            kind = WorkingCalendar._meta.label
            return create_once(submission=submission, kind=kind, create=create, actor=actor, at=at)
    except IntegrityError as clash:
        raise DepartmentHasCalendar from clash


@transaction.atomic
def remove_calendar(*, calendar: WorkingCalendar, version: int, actor: Actor, at: datetime) -> None:
    """The department keeps to the calendar above it again. Raises HospitalCalendarStays, StaleVersion, GoneAlready."""
    if calendar.department_id is None:
        raise HospitalCalendarStays
    audit.record(actor=actor, verb="calendar.removed", subject=calendar, at=at)
    remove_version(calendar, version=version)


@transaction.atomic
def set_hours(
    *, calendar: WorkingCalendar, week: Week, follows_hospital: bool, version: int, actor: Actor, at: datetime
) -> WorkingCalendar:
    """Somebody is there in these hours: by weekday, 1 = Monday; a weekday that is left out has none.

    Raises HoursAreMissing, HoursClash, StaleVersion.
    """
    _require_hours(week)
    wanted = {(day, *ends) for day, ranges in week.items() for ends in map(_ends, ranges)}
    stored = set(calendar.hours.values_list("weekday", "opens_at", "closes_at"))
    values = {"follows_hospital": follows_hospital}
    changed = {*save_version(calendar, version=version, values=values, actor=actor, at=at, bump=wanted != stored)}
    if wanted != stored:
        changed.add("hours")
        calendar.hours.all().delete()
        names = ("weekday", "opens_at", "closes_at")
        WorkingHours.objects.bulk_create(
            WorkingHours(calendar=calendar, **dict(zip(names, row, strict=True))) for row in sorted(wanted)
        )
    if changed:
        audit.record(actor=actor, verb="calendar.updated", subject=calendar, at=at, fields=sorted(changed))
    return calendar


def _require_hours(week: Week) -> None:
    if not any(week.values()):
        raise HoursAreMissing
    try:
        for ranges in week.values():
            rules.require_apart(ranges)
    except rules.HoursOverlap as error:
        raise HoursClash from error


def _ends(hours: Range) -> tuple[time, time]:
    return rules.time_of(hours.opens), rules.time_of(hours.closes)


audit.name_verbs(
    {
        "calendar.created": _("Calendar made"),
        "calendar.removed": _("Calendar removed"),
        "calendar.updated": _("Calendar changed"),
    }
)
audit.name_fields({"hours": _("Working hours")})
audit.show_names_of(WorkingCalendar)
