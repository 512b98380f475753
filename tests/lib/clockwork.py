"""Another way to count working time, for comparison: minute by minute, by what the clock on the wall shows."""

import csv
from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from hospital_crm.lib.worktime import Calendar, Kind, Range, SpecialDay, tidy

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
OFFICE = (Range(8 * 3600, 12 * 3600), Range(13 * 3600 + 1800, 17 * 3600 + 1800))
OFF, MADE_UP = SpecialDay(Kind.DAY_OFF, "休", "Off"), SpecialDay(Kind.MAKE_UP, "补", "Made up")
# Where the clock is put, and a day shortly before: in the small hours, at midnight, by half an hour, not at all.
PLACES = (
    ("Asia/Shanghai", date(2026, 9, 18)),
    ("Europe/Berlin", date(2026, 3, 20)),
    ("Europe/Berlin", date(2026, 10, 16)),
    ("America/New_York", date(2026, 10, 24)),
    ("America/Havana", date(2026, 10, 24)),
    ("Australia/Lord_Howe", date(2026, 3, 27)),
    ("Asia/Beirut", date(2026, 10, 17)),
    ("Africa/Cairo", date(2026, 4, 15)),
)


def office(
    days: dict[date, SpecialDay] | None = None, *, zone: str = "Asia/Shanghai", years: tuple[int, ...] = ()
) -> Calendar:
    """From Monday to Friday, 8:00–12:00 and 13:30–17:30."""
    return Calendar(ZoneInfo(zone), dict.fromkeys(range(1, 6), OFFICE), days or {}, frozenset(years))


def official(samples: Path) -> dict[date, SpecialDay]:
    """The days of China since 2004, from the samples."""
    with (samples / "calendar" / "cn_holidays_2004_2026.csv").open(encoding="utf-8", newline="") as file:
        return {
            date.fromisoformat(row["date"]): OFF if row["kind"] == "holiday_off" else MADE_UP
            for row in csv.DictReader(file)
        }


class Minutes:
    """Every minute of the days from `first` on in which somebody is there."""

    def __init__(self, calendar: Calendar, first: date, days: int) -> None:
        self.start = datetime(first.year, first.month, first.day, tzinfo=UTC)
        self.span = days * 1440
        self.worked = [number for quarter in range(0, self.span, 15) for number in self._of_quarter(calendar, quarter)]

    def at(self, number: int) -> datetime:
        return self.start + number * MINUTE

    def between(self, start: int, end: int) -> int:
        return bisect_left(self.worked, end) - bisect_left(self.worked, start)

    def after(self, start: int, count: int) -> datetime:
        """When so many were worked."""
        return self.at(self.worked[bisect_left(self.worked, start) + count - 1] + 1)

    def _of_quarter(self, calendar: Calendar, first: int) -> Iterator[int]:
        """The clock is put at a full quarter of an hour in all these places."""
        local = self.at(first).astimezone(calendar.zone)
        shown, ranges = local.hour * 60 + local.minute, calendar.ranges(local.date())
        for minute in range(15):
            if any(opens <= (shown + minute) * 60 < closes for opens, closes in ranges):
                yield first + minute


def made_up_calendars(seed: int, days: int) -> Iterator[tuple[Calendar, date]]:
    """One for each place: some ranges a day, to the minute, also in the night; some days off and made up."""
    chance = Random(seed)
    for zone, first in PLACES:
        week = {weekday: _ranges(chance) for weekday in range(1, 8) if weekday < 6 or chance.random() < 0.3}
        special = {first + timedelta(days=chance.randrange(days)): chance.choice((OFF, MADE_UP)) for _ in range(6)}
        yield Calendar(ZoneInfo(zone), week, special), first


def _ranges(chance: Random) -> tuple[Range, ...]:
    edges = sorted(chance.sample(range(1441), 2 * chance.randint(1, 3)))
    return tidy(Range(opens * 60, closes * 60) for opens, closes in zip(edges[::2], edges[1::2], strict=True))
