"""When to try again. A table, and whatever the clock and the zone: always ahead, always within the hours."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from followups.rules import Hours, next_try, soon

CHINA = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")  # has a summer time


def china(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


@pytest.mark.parametrize(
    ("tries", "expected"),
    [
        (["2026-03-12 10:00"], "2026-03-12 14:30"),  # morning → midday
        (["2026-03-12 14:00"], "2026-03-12 18:10"),  # midday → evening
        (["2026-03-12 18:30"], "2026-03-13 10:50"),  # evening → next morning
        (["2026-03-12 10:00", "2026-03-12 14:30"], "2026-03-12 18:10"),
        (["2026-03-12 10:00", "2026-03-12 14:30", "2026-03-12 18:10"], "2026-03-13 10:50"),
        (["2026-03-31 18:30"], "2026-04-01 10:50"),  # end of the month
        (["2026-03-12 23:59"], "2026-03-13 10:50"),
        (["2026-03-12 00:00"], "2026-03-12 14:30"),  # before the hours begin counts as morning
    ],
)
def test_next_try_is_at_another_time_of_day(tries: list[str], expected: str) -> None:
    moments = [china(text) for text in tries]
    found = next_try(at=moments[-1], tries=moments, hours=Hours(9, 20, CHINA))
    assert found == china(expected)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-03-12 10:00", "2026-03-12 10:20"),
        ("2026-03-12 19:39", "2026-03-12 19:59"),
        ("2026-03-12 19:40", "2026-03-13 09:00"),  # nobody is rung at the hour at which one stops
        ("2026-03-12 19:50", "2026-03-13 09:00"),
        ("2026-03-12 07:00", "2026-03-12 09:00"),
        ("2026-03-12 08:40", "2026-03-12 09:00"),
        ("2026-02-28 23:50", "2026-03-01 09:00"),
    ],
)
def test_busy_is_tried_again_soon(at: str, expected: str) -> None:
    assert soon(at=china(at), hours=Hours(9, 20, CHINA)) == china(expected)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (time(18), time(20), (18, 20)),
        (time(18, 30), time(19, 45), (18.5, 19.75)),
        (None, time(11, 45), (9, 11.75)),
        (time(6), time(22), (9, 20)),  # never outside the hospital's
        (time(21), time(22), (19, 20)),  # none of these is one of the hospital's: the nearest hour
        (None, time(7), (9, 10)),
        (time(19, 55), None, (19, 20)),
        (time(18), time(18, 15), (18, 18.25)),
        (time(14, 30), time(14, 40), (14.5, 15.5)),  # too short to ring in: an hour from then on
        (time(14, 30), time(14, 30), (14.5, 15.5)),
        (None, None, (9, 20)),
    ],
)
def test_a_persons_own_hours_narrow_the_hospitals(
    start: time | None, end: time | None, expected: tuple[float, float]
) -> None:
    own = Hours(9, 20, CHINA).within(start, end)
    assert (own.opens, own.closes) == expected


def test_nobody_is_tried_again_before_they_want_to_be_called() -> None:
    at, wanted = china("2026-03-12 10:00"), china("2026-03-16 15:00")
    hours = Hours(9, 20, CHINA).after(wanted)
    assert next_try(at=at, tries=[at], hours=hours) == china("2026-03-16 18:10")
    assert soon(at=at, hours=hours) == wanted


def moments(chance: Random, number: int) -> Iterator[datetime]:
    """Anywhere in two years, every second one within a day of a clock that is put forward or back in Berlin."""
    changes = [datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)]
    for turn in range(number):
        start, minutes = (
            (changes[turn // 2 % 2], 48 * 60) if turn % 2 else (datetime(2027, 1, 1, tzinfo=UTC), 731 * 1440)
        )
        yield start + timedelta(minutes=chance.randint(-minutes // 2, minutes // 2), seconds=chance.choice((0, 0, 59)))


def test_always_ahead_and_within_the_hours() -> None:
    chance = Random(20260312)
    for moment in moments(chance, 500):
        zone, opens = chance.choice((CHINA, BERLIN)), chance.randint(0, 23)
        closes = min(opens + chance.randint(1, 24), 24)
        earlier = [moment - timedelta(hours=chance.randint(1, 72)) for _ in range(chance.randint(0, 5))]
        found = next_try(at=moment, tries=[*earlier, moment], hours=Hours(opens, closes, zone))
        local, case = found.astimezone(UTC).astimezone(zone), (moment, zone, opens, closes, earlier)
        assert timedelta(hours=1) <= found.astimezone(UTC) - moment <= timedelta(days=3), case
        assert opens <= local.hour < closes or found.replace(tzinfo=None) != local.replace(tzinfo=None), case
