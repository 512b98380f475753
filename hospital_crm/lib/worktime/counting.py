"""Add working time and working days, measure working time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hospital_crm.lib.moments import AFTER_ALL

from .calendar import Calendar
from .wall import Period

ONE_DAY = timedelta(days=1)
FARTHEST = 366 * 40  # days; what falls due later than that is a mistake


class NoWorkingTime(ValueError):
    """The calendar has no working hours on any weekday, so nothing ever falls due."""


class DueTooFar(ValueError):
    """It would fall due in more than forty years, or beyond the calendar."""


@dataclass(frozen=True)
class WorkingDays:
    """So many working days, from the day after."""

    count: int

    def __post_init__(self) -> None:
        if self.count < 1:
            raise ValueError(self.count)


Limit = timedelta | WorkingDays


@dataclass(frozen=True)
class Deadline:
    """A moment in the calendar's zone, and the years on the way to it whose days nobody has confirmed."""

    at: datetime
    unconfirmed_years: tuple[int, ...] = ()


def due(calendar: Calendar, start: datetime, limit: Limit) -> Deadline:
    """By when, counted in working time or in working days."""
    if isinstance(limit, WorkingDays):
        return add_working_days(calendar, start, limit.count)
    return add_working_time(calendar, start, limit)


def add_working_time(calendar: Calendar, start: datetime, amount: timedelta) -> Deadline:
    """The earliest moment by which so much was worked; the start itself if that is nothing.

    Raises NoWorkingTime, DueTooFar.
    """
    if amount <= timedelta(0):
        return _deadline(calendar, start, start)
    left = amount
    for period in worked_from(calendar, start):
        if period.length >= left:
            return _deadline(calendar, start, period.start + left)
        left -= period.length
    raise DueTooFar


def add_working_days(calendar: Calendar, start: datetime, count: int) -> Deadline:
    """The end of work on the last of so many working days. The day of the start is not counted.

    Raises NoWorkingTime, DueTooFar.
    """
    left = WorkingDays(count).count
    for day in _days_from(calendar, calendar.day_of(start) + ONE_DAY):
        left -= calendar.is_working_day(day)
        if left == 0:
            return _deadline(calendar, start, calendar.periods(day)[-1].end)
    raise DueTooFar


def next_at_work(calendar: Calendar, moment: datetime) -> Deadline:
    """The moment itself if somebody is there, else when somebody comes. Raises NoWorkingTime, DueTooFar."""
    for period in worked_from(calendar, moment):
        return _deadline(calendar, moment, period.start)
    raise DueTooFar


def elapsed(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """The working time between the two; none if the end comes first."""
    worked = timedelta(0)
    if not calendar.ever_works or end <= start:
        return worked
    for number in range(calendar.day_of(start).toordinal(), calendar.day_of(end).toordinal() + 1):
        for period in calendar.periods(date.fromordinal(number)):
            worked += max(timedelta(0), min(end, period.end) - max(start, period.start))
    return worked


def worked_from(calendar: Calendar, moment: datetime) -> Iterator[Period]:
    """What is worked from the moment on, period by period."""
    for day in _days_from(calendar, calendar.day_of(moment)):
        for period in calendar.periods(day):
            if period.end > moment:
                yield Period(max(moment, period.start), period.end)


def _days_from(calendar: Calendar, first: date) -> Iterator[date]:
    if not calendar.ever_works:
        raise NoWorkingTime
    last = min(first.toordinal() + FARTHEST, AFTER_ALL.toordinal())
    yield from map(date.fromordinal, range(first.toordinal(), last))


def _deadline(calendar: Calendar, start: datetime, at: datetime) -> Deadline:
    here = at.astimezone(calendar.zone)
    return Deadline(here, calendar.unconfirmed(calendar.day_of(start), here.date()))
