"""Working time: several ranges a day, days off and make-up days; as a clock counts that looks every minute."""

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hospital_crm.lib.worktime import (
    Calendar,
    DueTooFar,
    Kind,
    NoWorkingTime,
    Range,
    SpecialDay,
    WorkingDays,
    add_working_days,
    add_working_time,
    due,
    elapsed,
    next_at_work,
    tidy,
)
from tests.lib.clockwork import HOUR, MADE_UP, MINUTE, OFF, SHANGHAI, Minutes, made_up_calendars, office, official
from tests.made_up import FEW

YEARS = tuple(range(2004, 2027))
SPAN, CASES, LEAST = 30, 520, 4000  # days of each made-up calendar, cases in each; how many of each sum are compared


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def test_the_vectors_of_working_days(samples: Path) -> None:
    """26 starts around the holidays of three years, with what falls due after 1, 3, 5, 10 and 30 working days."""
    calendar = office(official(samples), years=YEARS)
    with (samples / "calendar" / "sla_workday_vectors.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 26
    for row in rows:
        start = at(f"{row['start']} 10:24")
        assert calendar.is_working_day(start.date()) == (row["start_is_workday"] == "1"), row
        for count in (1, 3, 5, 10, 30):
            deadline = add_working_days(calendar, start, count)
            assert deadline.at == at(f"{row[f'plus{count}wd']} 17:30"), (row, count)
            assert deadline.unconfirmed_years == ()


def test_every_day_of_the_list_is_off_or_made_up(samples: Path) -> None:
    days = official(samples)
    calendar = office(days)
    assert len(days) == 771
    for day, special in days.items():
        assert calendar.is_working_day(day) == (special.kind is Kind.MAKE_UP)


def test_four_thousand_sums_of_each_kind_are_those_of_a_clock_that_looks_every_minute() -> None:
    chance, counted_up, added = Random(6), 0, 0
    for calendar, first in made_up_calendars(6, SPAN):
        minutes = Minutes(calendar, first, SPAN)
        for _ in range(CASES):
            start, end = sorted(chance.randrange(minutes.span) for _ in range(2))
            counted = minutes.between(start, end)
            assert elapsed(calendar, minutes.at(start), minutes.at(end)) == counted * MINUTE, (calendar, start, end)
            counted_up += 1
            count = chance.randint(1, max(1, minutes.between(start, minutes.span)))
            if count <= minutes.between(start, minutes.span):
                found = add_working_time(calendar, minutes.at(start), count * MINUTE).at
                assert found == minutes.after(start, count), (calendar, start, count)
                added += 1
    assert min(counted_up, added) >= LEAST  # what begins after the last minute of work cannot be added to


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2025-09-30 10:00", 7, "2025-10-09 09:00"),  # two in the morning, four after lunch, National Day, one more
        ("2025-09-30 16:30", 1, "2025-09-30 17:30"),  # the end of the day, not the morning after the holiday
        ("2025-09-30 17:30", 1, "2025-10-09 09:00"),
        ("2025-09-30 12:45", 1, "2025-09-30 14:30"),  # lunch is no working time
        ("2025-10-10 17:00", 1, "2025-10-11 08:30"),  # a Saturday that is made up
        ("2025-12-31 17:00", 1, "2026-01-04 08:30"),  # over the end of the year, into a made-up Sunday
        ("2024-02-29 17:00", 1, "2024-03-01 08:30"),
        ("2024-02-28 17:00", 9, "2024-03-01 08:30"),  # the leap day has eight
        ("2026-03-14 10:00", 0, "2026-03-14 10:00"),  # nothing is due at once, also on a Saturday
    ],
)
def test_hours_are_counted_while_somebody_is_there(samples: Path, start: str, hours: int, end: str) -> None:
    calendar = office(official(samples))
    assert add_working_time(calendar, at(start), hours * HOUR).at == at(end)


def test_the_day_of_receipt_is_not_counted_however_late_it_is(samples: Path) -> None:
    calendar = office(official(samples))
    for time in ("00:00", "07:59", "12:30", "23:59"):
        assert add_working_days(calendar, at(f"2025-09-30 {time}"), 1).at == at("2025-10-09 17:30")
    assert due(calendar, at("2026-02-13 10:00"), WorkingDays(5)).at == at("2026-02-27 17:30")
    assert due(calendar, at("2026-02-13 16:30"), HOUR).at == at("2026-02-13 17:30")


def test_the_day_is_that_of_the_hospital_not_of_the_server() -> None:
    monday_here = datetime(2026, 3, 8, 17, 0, tzinfo=UTC)  # Sunday evening in UTC
    assert add_working_days(office(), monday_here, 1).at == at("2026-03-10 17:30")


def test_a_make_up_day_has_the_hours_of_the_weekday_that_it_stands_for() -> None:
    short, long = (Range(0, HOUR.seconds),), (Range(8 * 3600, 86_400),)
    saturday = date(2026, 3, 14)
    for special, ranges in (
        (SpecialDay(Kind.MAKE_UP), long),  # Monday's
        (SpecialDay(Kind.MAKE_UP, stands_for=5), short),
        (SpecialDay(Kind.MAKE_UP, stands_for=3), long),  # Wednesday has none: the first weekday that has
        (OFF, ()),
    ):
        calendar = Calendar(SHANGHAI, {1: long, 3: (), 5: short}, {saturday: special})
        assert calendar.ranges(saturday) == ranges
    assert Calendar(SHANGHAI, {}, {saturday: MADE_UP}).ranges(saturday) == ()


def test_the_year_that_nobody_confirmed_is_told() -> None:
    calendar = office(years=(2025, 2026))
    assert add_working_days(calendar, at("2026-12-30 10:00"), 1).unconfirmed_years == ()
    assert add_working_days(calendar, at("2026-12-31 10:00"), 1).unconfirmed_years == (2027,)
    assert add_working_time(calendar, at("2026-12-31 17:00"), 2600 * HOUR).unconfirmed_years == (2027, 2028)
    assert next_at_work(calendar, at("2024-12-31 23:00")).unconfirmed_years == (2024,)


def test_without_working_hours_nothing_falls_due_and_nothing_hangs() -> None:
    for week in ({}, {1: ()}):
        never = Calendar(SHANGHAI, week, {date(2026, 3, 14): MADE_UP})
        for limit in (HOUR, WorkingDays(1)):
            with pytest.raises(NoWorkingTime):
                due(never, at("2026-03-12 10:24"), limit)
        with pytest.raises(NoWorkingTime):
            next_at_work(never, at("2026-03-12 10:24"))
        assert elapsed(never, at("2000-01-01 00:00"), at("2999-01-01 00:00")) == timedelta(0)
    with pytest.raises(ValueError, match="0"):
        WorkingDays(0)


def test_a_due_time_in_more_than_forty_years_is_a_mistake() -> None:
    sparse = Calendar(SHANGHAI, {1: (Range(0, 60),)})
    for start in ("2026-03-12 10:24", "8999-12-31 23:00"):
        with pytest.raises(DueTooFar):
            add_working_time(sparse, at(start), 100 * HOUR)
    with pytest.raises(DueTooFar):
        next_at_work(sparse, at("9000-03-12 10:24"))


def test_years_ahead_are_counted_day_by_day_and_right() -> None:
    calendar = office()
    assert add_working_days(calendar, at("2026-03-12 10:24"), 2610).at.date() == date(2036, 3, 13)
    assert add_working_time(calendar, at("2026-03-12 08:00"), 8 * 2610 * HOUR).at == at("2036-03-12 17:30")


def test_ranges_that_touch_or_overlap_are_one() -> None:
    assert tidy([Range(5, 9), Range(1, 3), Range(3, 4), Range(8, 12), Range(20, 20)]) == (Range(1, 4), Range(5, 12))
    assert str(Range(8 * 3600 + 1800, 86_400)) == "08:30–24:00"


CALENDARS = [calendar for calendar, _first in made_up_calendars(7, 400)]
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=365)).map(lambda passed: datetime(2026, 1, 1, tzinfo=UTC) + passed)
AMOUNTS = st.timedeltas(timedelta(microseconds=1), timedelta(days=30))


@FEW
@given(st.sampled_from(CALENDARS), MOMENTS, AMOUNTS)
def test_what_was_added_has_elapsed(calendar: Calendar, start: datetime, amount: timedelta) -> None:
    end = add_working_time(calendar, start, amount).at
    assert elapsed(calendar, start, end) == amount
    assert elapsed(calendar, start, end - timedelta(microseconds=1)) < amount


@FEW
@given(st.sampled_from(CALENDARS), MOMENTS, MOMENTS, AMOUNTS, AMOUNTS)
def test_later_or_longer_is_never_due_earlier(
    calendar: Calendar, one: datetime, other: datetime, some: timedelta, more: timedelta
) -> None:
    first, then = sorted((one, other))
    little, much = sorted((some, more))
    assert add_working_time(calendar, first, little).at <= add_working_time(calendar, then, little).at
    assert add_working_time(calendar, first, little).at <= add_working_time(calendar, first, much).at
    assert add_working_days(calendar, first, 3).at <= add_working_days(calendar, then, 3).at
    assert elapsed(calendar, first, then) + elapsed(calendar, then, then + much) == elapsed(
        calendar, first, then + much
    )


@FEW
@given(st.sampled_from(CALENDARS), MOMENTS)
def test_whoever_waits_for_work_comes_when_it_begins(calendar: Calendar, moment: datetime) -> None:
    then = next_at_work(calendar, moment).at
    assert calendar.is_at_work(then)
    assert elapsed(calendar, moment, then) == timedelta(0)
    assert (then == moment) == calendar.is_at_work(moment)
