"""Quiet hours and working hours on the wall: over midnight, and in the night in which the clock is put."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hospital_crm.lib.worktime import DAY, Calendar, Range, add_working_time, elapsed, next_allowed
from tests.lib.clockwork import HOUR, MINUTE, PLACES
from tests.made_up import FEW

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
NIGHT = (time(22), time(8))


def here(text: str, zone: ZoneInfo = SHANGHAI, *, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold)


@pytest.mark.parametrize(
    ("at", "allowed"),
    [
        ("2026-03-12 21:59", "2026-03-12 21:59"),
        ("2026-03-12 22:00", "2026-03-13 08:00"),
        ("2026-03-12 23:59", "2026-03-13 08:00"),
        ("2026-03-13 00:00", "2026-03-13 08:00"),
        ("2026-03-13 07:59", "2026-03-13 08:00"),
        ("2026-03-13 08:00", "2026-03-13 08:00"),
        ("2026-12-31 23:30", "2027-01-01 08:00"),
        ("2028-02-28 22:00", "2028-02-29 08:00"),
    ],
)
def test_over_midnight(at: str, allowed: str) -> None:
    assert next_allowed(here(at), *NIGHT, SHANGHAI) == here(allowed)


def test_within_a_day_from_midnight_and_never() -> None:
    assert next_allowed(here("2026-03-12 12:30"), time(12), time(14), SHANGHAI) == here("2026-03-12 14:00")
    assert next_allowed(here("2026-03-12 14:00"), time(12), time(14), SHANGHAI) == here("2026-03-12 14:00")
    assert next_allowed(here("2026-03-12 00:00"), time(0), time(8), SHANGHAI) == here("2026-03-12 08:00")
    assert next_allowed(here("2026-03-12 23:00"), time(20), time(0), SHANGHAI) == here("2026-03-13 00:00")
    assert next_allowed(here("2026-03-12 23:00"), time(9), time(9), SHANGHAI) == here("2026-03-12 23:00")


def test_the_hour_is_that_of_the_place_whatever_zone_the_moment_is_told_in() -> None:
    moment = datetime(2026, 3, 12, 14, 30, tzinfo=UTC)  # half past ten in the evening there
    assert next_allowed(moment, *NIGHT, SHANGHAI) == here("2026-03-13 08:00")


@pytest.mark.parametrize(
    ("at", "until", "allowed", "asleep"),
    [
        (here("2026-03-28 22:00", BERLIN), time(8), here("2026-03-29 08:00", BERLIN), 9),  # put forward at two
        (here("2026-10-24 22:00", BERLIN), time(8), here("2026-10-25 08:00", BERLIN), 11),  # put back at three
        (
            here("2026-03-28 22:00", BERLIN),
            time(2, 30),
            here("2026-03-29 03:00", BERLIN),
            4,
        ),  # there is no half past two
        (here("2026-10-24 22:00", BERLIN), time(2), here("2026-10-25 02:00", BERLIN), 4),
        (here("2026-10-25 02:00", BERLIN, fold=1), time(2), here("2026-10-25 02:00", BERLIN, fold=1), 0),
        (
            here("2026-10-24 22:00", ZoneInfo("Asia/Beirut")),
            time(8),
            here("2026-10-25 08:00", ZoneInfo("Asia/Beirut")),
            11,
        ),
    ],
)
def test_in_the_night_in_which_the_clock_is_put(at: datetime, until: time, allowed: datetime, asleep: int) -> None:
    found = next_allowed(at, time(22), until, at.tzinfo)  # type: ignore[arg-type]
    assert found.astimezone(UTC) == allowed.astimezone(UTC)
    assert found.astimezone(UTC) - at.astimezone(UTC) == asleep * HOUR


MINUTES = st.integers(0, 1439).map(lambda minute: time(minute // 60, minute % 60))
ZONES = sorted({zone for zone, _first in PLACES})


def _is_quiet(moment: datetime, first: time, last: time, zone: ZoneInfo) -> bool:
    shown = moment.astimezone(zone).time()
    return first <= shown < last if first <= last else shown >= first or shown < last


@FEW
@given(st.sampled_from(PLACES), st.integers(0, 16 * 1440), MINUTES, MINUTES)
def test_all_before_is_quiet_and_then_it_is_not(place: tuple[str, date], minute: int, first: time, last: time) -> None:
    zone, day = ZoneInfo(place[0]), place[1]
    at = datetime(day.year, day.month, day.day, tzinfo=UTC) + minute * MINUTE
    found = next_allowed(at, first, last, zone).astimezone(UTC)
    assert at <= found < at + timedelta(hours=26)
    assert not _is_quiet(found, first, last, zone)
    waited = round((found - at) / MINUTE)
    assert all(_is_quiet(at + passed * MINUTE, first, last, zone) for passed in range(0, waited, 7))
    assert waited == 0 or _is_quiet(found - MINUTE, first, last, zone)


def test_hours_that_are_skipped_are_not_worked_and_hours_that_come_twice_are_worked_twice() -> None:
    night = Calendar(BERLIN, {7: (Range(3600, 4 * 3600),)})  # on Sundays from one to four
    spring, autumn = here("2026-03-29 00:00", BERLIN), here("2026-10-25 00:00", BERLIN)
    assert elapsed(night, spring, spring + timedelta(days=1)) == 2 * HOUR
    assert elapsed(night, autumn, autumn + timedelta(days=1)) == 4 * HOUR
    assert add_working_time(night, autumn, 2.5 * HOUR).at == here("2026-10-25 02:30", BERLIN, fold=1)


def test_a_day_and_night_is_as_long_as_it_is_lived() -> None:
    always = Calendar(BERLIN, dict.fromkeys(range(1, 8), (Range(0, DAY),)))
    for first, hours in (("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-01", 24)):
        day = date.fromisoformat(first)
        assert sum((period.length for period in always.periods(day)), timedelta(0)) == hours * HOUR


def test_a_day_that_a_zone_left_out_has_no_hours() -> None:
    """Samoa went to the other side of the date line: 30 December 2011 never was there."""
    apia = Calendar(ZoneInfo("Pacific/Apia"), dict.fromkeys(range(1, 8), (Range(8 * 3600, 9 * 3600),)))
    assert not apia.is_working_day(date(2011, 12, 30))
    start = here("2011-12-29 08:30", ZoneInfo("Pacific/Apia"))
    assert add_working_time(apia, start, HOUR).at == here("2011-12-31 08:30", ZoneInfo("Pacific/Apia"))
