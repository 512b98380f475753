"""The calendars as working time is counted with them."""

from collections.abc import Collection, Iterable
from datetime import date, time
from typing import Any, NamedTuple

from django.db.models import CharField, DateField, F, QuerySet, TimeField, Value
from django.db.models.functions import Cast
from django.utils import timezone

from accounts.models import Department
from hospital_crm.lib.worktime import Calendar, Kind, Range, SpecialDay, tidy
from institution.models import CalendarDay, ConfirmedYear, WorkingCalendar, WorkingHours


class Part(NamedTuple):
    """A row of any of the three tables: hours have no day, days no hours, a year neither."""

    of: int
    number: int  # the weekday, also that which a make-up day stands for; the year
    day: date | None
    opens: time | None
    closes: time | None
    kind: str
    zh: str
    en: str


NOTHING = {
    "day": Cast(Value(None), DateField()),
    "opens": Cast(Value(None), TimeField()),
    "closes": Cast(Value(None), TimeField()),
    **{name: Cast(Value(""), CharField(max_length=80)) for name in ("special", "zh", "en")},
}


def calendar_in_force(department: Department | None) -> WorkingCalendar:
    """The department's own, else that of the nearest one above it, else the hospital's."""
    return WorkingCalendar.objects.around(department)[0]


def read_calendar(department: Department | None) -> Calendar:
    """What holds for the department, or for the hospital as a whole; with two queries."""
    return read_in_force(department)[1]


def read_in_force(department: Department | None) -> tuple[WorkingCalendar, Calendar]:
    """The calendar that holds for the department, and as it counts; with two queries."""
    around = list(WorkingCalendar.objects.around(department).select_related("department"))
    return around[0], _value(around[0], hospital=around[-1])


def value_of(calendar: WorkingCalendar) -> Calendar:
    """The calendar as it counts: with the hospital's days where it follows them."""
    hospital = WorkingCalendar.objects.of_hospital() if calendar.department_id else calendar
    return _value(calendar, hospital=hospital)


def _value(calendar: WorkingCalendar, *, hospital: WorkingCalendar) -> Calendar:
    """Where both say something about a day, the calendar's own word counts."""
    own = calendar.pk
    parts = _parts({own, hospital.pk} if calendar.follows_hospital else {own})
    own_last = sorted(parts, key=lambda part: part.of == own)
    return Calendar(
        zone=timezone.get_default_timezone(),
        week=_week(part for part in parts if part.of == own and part.opens is not None),
        days={part.day: _special(part) for part in own_last if part.day is not None},
        confirmed_years=frozenset(part.number for part in parts if part.day is None and part.opens is None),
    )


def _week(hours: Iterable[Part]) -> dict[int, tuple[Range, ...]]:
    week: dict[int, list[Range]] = {}
    for part in hours:
        if part.opens is not None and part.closes is not None:
            week.setdefault(part.number, []).append(Range.between(part.opens, part.closes))
    return {weekday: tidy(ranges) for weekday, ranges in week.items()}


def _special(part: Part) -> SpecialDay:
    return SpecialDay(Kind(part.kind), part.zh, part.en, part.number)


def _parts(calendars: Collection[int]) -> list[Part]:
    hours = _columns(WorkingHours.objects, number=F("weekday"), opens=F("opens_at"), closes=F("closes_at"))
    days = _columns(
        CalendarDay.objects,
        number=F("stands_for"),
        day=F("on"),
        special=F("kind"),
        zh=F("name_zh"),
        en=F("name_en"),
    )
    years = _columns(ConfirmedYear.objects, number=F("year"))
    of = [rows.filter(calendar__in=calendars) for rows in (hours, days, years)]
    return [Part(*row) for row in of[0].union(*of[1:], all=True)]


def _columns(rows: Any, **columns: F) -> QuerySet[Any, Any]:
    """The same columns from every table, so that one query reads them all."""
    names = ("calendar_id", "number", *NOTHING)
    found: QuerySet[Any, Any] = rows.annotate(**{**NOTHING, **columns}).values_list(*names)
    return found
