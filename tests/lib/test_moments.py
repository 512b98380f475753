"""Moments in words: days by name, rounded down, in both languages, right at midnight and at a year's end."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import override

from hospital_crm.lib.moments import left, said

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("moment", "english", "chinese"),
    [
        ("2026-03-12 00:00", "today 00:00", "今天 00:00"),
        ("2026-03-12 23:59", "today 23:59", "今天 23:59"),
        ("2026-03-13 00:00", "tomorrow 00:00", "明天 00:00"),
        ("2026-03-11 16:40", "yesterday 16:40", "昨天 16:40"),
        ("2026-03-14 09:30", "14 Mar 09:30", "3 月 14 日 09:30"),
        ("2025-12-31 23:59", "2025-12-31 23:59", "2025-12-31 23:59"),
    ],
)
def test_days_by_their_name(moment: str, english: str, chinese: str, now: datetime) -> None:
    with override("en"):
        assert said(at(moment), now) == english
    with override("zh-hans"):
        assert said(at(moment), now) == chinese


@pytest.mark.parametrize(
    ("seconds", "english", "chinese"),
    [
        (0, "due now", "现在到期"),
        (59, "due now", "现在到期"),
        (60, "in 1 min", "1 分钟后"),
        (-1, "just late", "刚迟"),
        (-60, "1 min late", "迟 1 分"),
        (36 * 60 + 59, "in 36 min", "36 分钟后"),
        (3600, "in 1 hour", "1 小时后"),
        (2 * 86400, "in 2 days", "2 天后"),
        (-24 * 60, "24 min late", "迟 24 分"),
        (-90 * 60, "1 hour late", "迟 1 小时"),
    ],
)
def test_how_long_is_left(seconds: int, english: str, chinese: str, now: datetime) -> None:
    moment = now + timedelta(seconds=seconds)
    with override("en"):
        assert left(moment, now) == english
    with override("zh-hans"):
        assert left(moment, now) == chinese
