"""When to try again. A table, and whatever the clock and the zone: always ahead, always within the hours."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followups.rules import next_try, soon

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
    found = next_try(at=moments[-1], tries=moments, opens=9, closes=20, zone=CHINA)
    assert found == china(expected)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-03-12 10:00", "2026-03-12 10:20"),
        ("2026-03-12 19:50", "2026-03-13 09:00"),
        ("2026-03-12 07:00", "2026-03-12 09:00"),
        ("2026-02-28 23:50", "2026-03-01 09:00"),
    ],
)
def test_busy_is_tried_again_soon(at: str, expected: str) -> None:
    assert soon(at=china(at), opens=9, closes=20, zone=CHINA) == china(expected)


@given(
    at=st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 12, 31)),  # noqa: DTZ001
    zone=st.sampled_from([CHINA, BERLIN]),
    opens=st.integers(0, 23),
    length=st.integers(1, 24),
    earlier=st.lists(st.integers(1, 72), max_size=5),
)
def test_always_ahead_and_within_the_hours(
    at: datetime, zone: ZoneInfo, opens: int, length: int, earlier: list[int]
) -> None:
    moment, closes = at.replace(tzinfo=UTC), min(opens + length, 24)
    tries = [*(moment - timedelta(hours=hours) for hours in earlier), moment]
    found = next_try(at=moment, tries=tries, opens=opens, closes=closes, zone=zone)
    local = found.astimezone(UTC).astimezone(zone)
    assert timedelta(hours=1) <= found.astimezone(UTC) - moment <= timedelta(days=3)
    assert opens <= local.hour < closes or found.replace(tzinfo=None) != local.replace(tzinfo=None)
