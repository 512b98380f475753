"""The days of a calendar that are unlike their weekday."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Actor
from accounts.services.submissions import create_once
from accounts.services.versions import save_version
from hospital_crm.lib.errors import DomainError
from institution.models import CalendarDay, WorkingCalendar

from .removals import remove_version

MOST_DAYS = 31  # at once


class DayTaken(DomainError):
    """The calendar says something about the day already."""

    message = _("This calendar says something about that day already. Change that day instead.")
    field = "on"


class DaysOutOfOrder(DomainError):
    """The last day comes before the first, or too long after it."""

    message = _("From the first day to the last are one to 31 days.")
    field = "until"


def add_days(
    *,
    calendar: WorkingCalendar,
    first: date,
    last: date,
    values: dict[str, Any],
    actor: Actor,
    at: datetime,
    submission: UUID | None = None,
) -> CalendarDay:
    """All days from the first to the last are as given; returns the first.

    Raises DuplicateSubmission, DaysOutOfOrder, DayTaken.
    """
    if not timedelta(0) <= last - first < timedelta(days=MOST_DAYS):
        raise DaysOutOfOrder

    def create() -> CalendarDay:
        ons = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        given = {"calendar": calendar, **values, "updated_at": at, "updated_by": actor}
        days = [CalendarDay.objects.create(on=on, **given) for on in ons]
        for day in days:
            audit.record(actor=actor, verb="calendar_day.created", subject=day, at=at)
        return days[0]

    try:
        with transaction.atomic():
            kind = CalendarDay._meta.label
            return create_once(submission=submission, kind=kind, create=create, actor=actor, at=at)
    except IntegrityError as clash:
        raise DayTaken from clash


def update_day(*, day: CalendarDay, version: int, values: dict[str, Any], actor: Actor, at: datetime) -> CalendarDay:
    """The day is as given. Raises DayTaken, StaleVersion."""
    try:
        with transaction.atomic():
            stored = day.is_official and all(getattr(day, name) == value for name, value in values.items())
            given = {**values, "is_official": stored}
            changed = {*save_version(day, version=version, values=given, actor=actor, at=at)} - {"is_official"}
            if changed:
                audit.record(actor=actor, verb="calendar_day.updated", subject=day, at=at, fields=changed)
    except IntegrityError as clash:
        raise DayTaken from clash
    return day


@transaction.atomic
def remove_day(*, day: CalendarDay, version: int, actor: Actor, at: datetime) -> None:
    """The day is like its weekday again. Raises StaleVersion, GoneAlready."""
    audit.record(actor=actor, verb="calendar_day.removed", subject=day.calendar, at=at, fields=["on"])
    remove_version(day, version=version)


audit.name_verbs(
    {
        "calendar_day.created": _("Day of a calendar added"),
        "calendar_day.updated": _("Day of a calendar changed"),
        "calendar_day.removed": _("Day of a calendar removed"),
    }
)
audit.show_names_of(CalendarDay)
