"""Pure rules about the hospital's numbers and hours."""

import re
from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import TypeVar
from unicodedata import normalize

from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone

from hospital_crm.lib.worktime import DAY, Limit, Range, WorkingDays

PERIOD_FORMATS = {"never": "", "year": "%Y", "month": "%Y%m"}


def number_periods(at: datetime) -> dict[str, str]:
    """The period that the moment falls into, by the hospital's own calendar, of each kind of sequence; "" of one that
    never restarts.
    """
    local = timezone.localtime(at)
    return {kind: local.strftime(form) for kind, form in PERIOD_FORMATS.items()}


def format_number(prefix: str, period: str, number: int, digits: int) -> str:
    """For example "TS-2026-0087"; a number that outgrows its digits keeps them all."""
    return "-".join(part for part in (prefix, period, f"{number:0{digits}d}") if part)


Item = TypeVar("Item")
NOTICE_MONTH = 11  # from then on next year's notice may be out
FIRST_YEAR, LAST_YEAR = 2008, 2100  # of a calendar; since 2008 the holidays are the seven of today
CALENDAR_DAYS = (MinValueValidator(date(FIRST_YEAR, 1, 1)), MaxValueValidator(date(LAST_YEAR, 12, 31)))
HOURS, DAYS = "hours", "days"  # what a limit is counted in
MOST = 2500  # of either; a year has about 250 working days
RANGE = re.compile(r"([0-9]{1,2})(?::([0-9]{2}))?\s*[-–—~至到]\s*([0-9]{1,2})(?::([0-9]{2}))?")
BETWEEN = re.compile(r"[\s,;、]+")


class NotHours(ValueError):
    """This is no list of hours, like 08:00–12:00, 13:30–17:30."""


class HoursOverlap(ValueError):
    """Two of the ranges share some time."""


def read_hours(text: str) -> tuple[Range, ...]:
    """The ranges of a day, however they are typed; "" is a day without work. Raises NotHours, HoursOverlap."""
    plain = normalize("NFKC", text)  # full-width digits and signs
    if BETWEEN.sub("", RANGE.sub("", plain)):
        raise NotHours
    ranges = sorted(_range(*found.groups()) for found in RANGE.finditer(plain))
    require_apart(ranges)
    return tuple(ranges)


def require_apart(ranges: Iterable[Range]) -> None:
    """Raises HoursOverlap."""
    if any(later.opens < earlier.closes for earlier, later in pairwise(sorted(ranges))):
        raise HoursOverlap


def said_hours(ranges: Iterable[Range]) -> str:
    """As they are typed: 08:00–12:00, 13:30–17:30."""
    return ", ".join(map(str, ranges))


def _range(*clock: str | None) -> Range:
    hour, minute, until_hour, until_minute = (int(part or 0) for part in clock)
    opens, closes = (hour * 60 + minute) * 60, (until_hour * 60 + until_minute) * 60
    if minute > 59 or until_minute > 59 or not opens < closes <= DAY:
        raise NotHours
    return Range(opens, closes)


def in_a_row(items: Iterable[Item], key: Callable[[Item], tuple[date, object]]) -> list[list[Item]]:
    """Those of one day after the other together, as long as the rest of their key is the same."""
    rows: list[list[Item]] = []
    for item in items:
        day, rest = key(item)
        if rows and key(rows[-1][-1]) == (day - timedelta(days=1), rest):
            rows[-1].append(item)
        else:
            rows.append([item])
    return rows


def year_to_confirm(confirmed: Collection[int], today: date) -> int | None:
    """The first year that somebody should look at now: this one; in late autumn the next one."""
    last = today.year + (today.month >= NOTICE_MONTH)
    return next((year for year in range(today.year, last + 1) if year not in confirmed), None)


def limit_of(amount: int, unit: str) -> Limit:
    return WorkingDays(amount) if unit == DAYS else timedelta(hours=amount)


def time_of(seconds: int) -> time:
    """As the database keeps it: the midnight at the end of the day is 00:00."""
    minutes = seconds // 60 % 1440
    return time(minutes // 60, minutes % 60)
