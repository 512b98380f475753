"""By when: the times that are offered lie ahead, at midnight, at the end of a month and when the clocks change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from hospital_crm.lib.due import due_at, due_choices

CHINA, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")


def offered(text: str, zone: ZoneInfo = CHINA) -> dict[str, str]:
    now = datetime.fromisoformat(text).replace(tzinfo=zone)
    return {choice.code: choice.at.strftime("%m-%d %H:%M") for choice in due_choices(now)}


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-03-12 10:24", {"hour": "03-12 11:25", "today": "03-12 17:00", "tomorrow": "03-13 10:00"}),
        ("2026-03-12 17:00", {"hour": "03-12 18:01", "tomorrow": "03-13 10:00"}),
        ("2026-03-12 23:59", {"hour": "03-13 01:00", "tomorrow": "03-13 10:00"}),
        ("2026-02-28 23:30", {"hour": "03-01 00:31", "tomorrow": "03-01 10:00"}),
        ("2026-12-31 09:00", {"hour": "12-31 10:01", "today": "12-31 17:00", "tomorrow": "01-01 10:00"}),
    ],
)
def test_what_is_offered(now: str, expected: dict[str, str]) -> None:
    assert offered(now) == expected


def test_the_next_one_comes_first() -> None:
    afternoon = datetime(2026, 3, 12, 16, 29, tzinfo=CHINA)
    assert [choice.code for choice in due_choices(afternoon)] == ["today", "hour", "tomorrow"]


def test_an_hour_is_an_hour_when_the_clocks_change() -> None:
    for text in ("2026-03-29 01:30", "2026-10-25 02:30"):  # Berlin leaps ahead, and falls back
        now = datetime.fromisoformat(text).replace(tzinfo=BERLIN)
        hour = next(choice.at for choice in due_choices(now) if choice.code == "hour")
        assert hour.astimezone(UTC) - now.astimezone(UTC) == timedelta(minutes=61)


def test_a_choice_that_is_over_is_none() -> None:
    evening = datetime(2026, 3, 12, 18, 0, tzinfo=CHINA)
    own = evening + timedelta(hours=2)
    assert due_at("today", None, evening) is None
    assert due_at("own", own, evening) == own
