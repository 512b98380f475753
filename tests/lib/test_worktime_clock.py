"""A clock that can be paused, and why something is due just then: segments without a gap, and the lines of a page."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from hospital_crm.lib.worktime import (
    Calendar,
    Clock,
    ClockIsPaused,
    ClockRuns,
    Kind,
    MomentBeforeLast,
    Range,
    SpecialDay,
    Why,
    WorkingDays,
    add_working_time,
    due,
    elapsed,
    explain,
    steps,
)
from tests.lib.clockwork import HOUR, SHANGHAI, made_up_calendars, office
from tests.made_up import FEW

NATIONAL = SpecialDay(Kind.DAY_OFF, "国庆节", "National Day")
MADE_UP = SpecialDay(Kind.MAKE_UP, "国庆节", "National Day")
DAYS = {date(2025, 10, day): NATIONAL for day in range(1, 9)} | {
    date(2025, 9, 28): MADE_UP,
    date(2025, 10, 11): MADE_UP,
}


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2025-{text}").replace(tzinfo=SHANGHAI)


@pytest.fixture
def calendar() -> Calendar:
    return office(DAYS, years=(2025,))


def test_runs_until_its_limit(calendar: Calendar) -> None:
    clock = Clock.started(at("09-30 10:00"))
    for limit in (7 * HOUR, WorkingDays(2)):
        assert clock.deadline(calendar, limit) == due(calendar, clock.start, limit)
    assert clock.elapsed(calendar, at("10-09 09:00")) == 7 * HOUR


def test_has_no_deadline_while_it_is_paused(calendar: Calendar) -> None:
    paused = Clock.started(at("09-30 10:00")).pause(at("09-30 11:00"), "患者住院")
    assert paused.is_paused
    assert paused.deadline(calendar, 7 * HOUR) is None
    assert paused.elapsed(calendar, at("10-20 10:00")) == HOUR


def test_resumed_it_is_due_later_by_what_was_paused_of_working_time(calendar: Calendar) -> None:
    clock = Clock.started(at("09-30 10:00")).pause(at("09-30 11:00"), "患者住院").resume(at("10-10 09:00"))
    first = add_working_time(calendar, clock.start, 7 * HOUR).at
    missed = elapsed(calendar, at("09-30 11:00"), at("10-10 09:00"))
    deadline = clock.deadline(calendar, 7 * HOUR)
    assert deadline is not None
    assert deadline.at == at("10-10 16:30") == add_working_time(calendar, first, missed).at
    days = clock.deadline(calendar, WorkingDays(1))  # the 9th; of the 30th and the 9th one hour has run
    assert days is not None
    assert days.at == add_working_time(calendar, at("10-09 17:30"), missed).at


def test_a_pause_at_night_or_on_a_day_off_moves_nothing(calendar: Calendar) -> None:
    clock = Clock.started(at("09-30 10:00")).pause(at("10-02 09:00"), "放假").resume(at("10-08 23:00"))
    assert clock.deadline(calendar, 7 * HOUR) == due(calendar, clock.start, 7 * HOUR)


def test_what_fell_due_before_the_pause_stays_due_then(calendar: Calendar) -> None:
    late = Clock.started(at("09-30 10:00")).pause(at("09-30 16:00"), "等报告")
    for clock in (late, late.resume(at("10-20 10:00"))):
        deadline = clock.deadline(calendar, HOUR)
        assert deadline is not None
        assert deadline.at == at("09-30 11:00")


def test_several_pauses_add_up(calendar: Calendar) -> None:
    clock = Clock.started(at("09-29 08:00"))
    for hour in (9, 11, 14):
        clock = clock.pause(at(f"09-29 {hour:02d}:00"), "外出").resume(at(f"09-29 {hour:02d}:30"))
    deadline = clock.deadline(calendar, 8 * HOUR)
    assert deadline is not None
    assert deadline.at == at("09-30 09:30")
    assert [pause.reason for pause in clock.pauses] == ["外出"] * 3


def test_is_paused_once_resumed_once_and_never_backwards() -> None:
    clock = Clock.started(at("09-29 08:00"))
    with pytest.raises(ClockRuns):
        clock.resume(at("09-29 09:00"))
    with pytest.raises(MomentBeforeLast):
        clock.pause(at("09-29 07:59"), "早")
    paused = clock.pause(at("09-29 09:00"), "外出")
    with pytest.raises(ClockIsPaused):
        paused.pause(at("09-29 10:00"), "外出")
    with pytest.raises(MomentBeforeLast):
        paused.resume(at("09-29 08:59"))
    assert paused.resume(at("09-29 09:00")).deadline(office(), HOUR) == clock.deadline(office(), HOUR)


def test_the_years_that_nobody_confirmed_are_told_from_the_start_on() -> None:
    clock = Clock.started(datetime(2026, 12, 30, 9, tzinfo=SHANGHAI))
    clock = clock.pause(datetime(2026, 12, 30, 10, tzinfo=SHANGHAI), "外出").resume(
        datetime(2028, 1, 5, 9, tzinfo=SHANGHAI)
    )
    deadline = clock.deadline(office(), WorkingDays(1))
    assert deadline is not None
    assert deadline.unconfirmed_years == (2026, 2027, 2028)


def test_explains_itself_without_a_gap(calendar: Calendar) -> None:
    segments = explain(calendar, at("09-26 11:00"), at("10-09 09:00"))
    assert [(f"{each.start:%m-%d %H:%M}", each.why) for each in segments] == [
        ("09-26 11:00", Why.WORKING),
        ("09-26 12:00", Why.LUNCH),
        ("09-26 13:30", Why.WORKING),
        ("09-26 17:30", Why.NIGHT),
        ("09-27 00:00", Why.WEEKEND),
        ("09-28 00:00", Why.NIGHT),
        ("09-28 08:00", Why.MAKE_UP),
        ("09-28 12:00", Why.LUNCH),
        ("09-28 13:30", Why.MAKE_UP),
        ("09-28 17:30", Why.NIGHT),
        ("09-29 08:00", Why.WORKING),
        ("09-29 12:00", Why.LUNCH),
        ("09-29 13:30", Why.WORKING),
        ("09-29 17:30", Why.NIGHT),
        ("09-30 08:00", Why.WORKING),
        ("09-30 12:00", Why.LUNCH),
        ("09-30 13:30", Why.WORKING),
        ("09-30 17:30", Why.NIGHT),
        ("10-01 00:00", Why.DAY_OFF),
        ("10-09 00:00", Why.NIGHT),
        ("10-09 08:00", Why.WORKING),
    ]
    assert segments[-3].day == NATIONAL


def test_a_pause_stands_in_the_explanation_with_its_reason(calendar: Calendar) -> None:
    clock = Clock.started(at("09-29 10:00")).pause(at("09-29 11:00"), "等报告").resume(at("09-29 14:00"))
    clock = clock.pause(at("09-29 16:00"), "外出")
    segments = explain(calendar, clock.start, at("09-30 09:00"), clock)
    assert [(f"{each.start:%d %H:%M}", each.why, each.reason) for each in segments] == [
        ("29 10:00", Why.WORKING, ""),
        ("29 11:00", Why.PAUSED, "等报告"),
        ("29 14:00", Why.WORKING, ""),
        ("29 16:00", Why.PAUSED, "外出"),
    ]


def test_other_breaks_are_no_lunch_and_other_closed_days_no_weekend() -> None:
    evening = Calendar(SHANGHAI, {3: (Range(15 * 3600, 17 * 3600), Range(18 * 3600, 86_400))})
    segments = explain(evening, at("10-15 15:00"), at("10-17 00:00"))
    assert [each.why for each in segments] == [Why.WORKING, Why.BREAK, Why.WORKING, Why.CLOSED]


def test_the_lines_of_a_page_count_the_hours(calendar: Calendar) -> None:
    limit = 7 * HOUR
    start = at("09-26 16:00")
    with override("en"):
        lines = steps(explain(calendar, start, due(calendar, start, limit).at), limit)
        assert [(line.days, line.hours, line.words, line.total) for line in lines] == [
            ("Fri 26 Sep", "16:00–17:30", "Working day", "1 h 30 min"),
            ("Sat 27 Sep", "", "Weekend", ""),
            ("Sun 28 Sep", "08:00–12:00, 13:30–15:00", "Make-up working day: National Day", "7 h"),
        ]


def test_the_lines_of_a_page_count_the_days(calendar: Calendar) -> None:
    limit = WorkingDays(2)
    with override("en"):
        lines = steps(explain(calendar, at("09-30 12:10"), due(calendar, at("09-30 12:10"), limit).at), limit)
        assert [(line.days, line.hours, line.words, line.total) for line in lines] == [
            ("Tue 30 Sep", "12:10–13:30", "Lunch break", ""),
            ("Tue 30 Sep", "13:30–17:30", "Day of receipt, not counted", ""),
            ("Wed 1 Oct to Wed 8 Oct", "", "Day off: National Day", ""),
            ("Thu 9 Oct", "08:00–12:00, 13:30–17:30", "Working day", "1"),
            ("Fri 10 Oct", "08:00–12:00, 13:30–17:30", "Working day", "2"),
        ]
    with override("zh-hans"):
        (first,) = steps(explain(calendar, at("10-10 17:00"), at("10-10 17:20")), timedelta(minutes=20))
        assert first.days == "10 月 10 日 星期五"


def test_the_lines_tell_a_pause_and_then_hours_also_of_a_limit_in_days(calendar: Calendar) -> None:
    clock = Clock.started(at("12-30 16:30")).pause(at("12-30 17:00"), "等报告").resume(at("12-31 17:00"))
    deadline = clock.deadline(calendar, WorkingDays(1))
    assert deadline is not None
    with override("en"):
        lines = steps(explain(calendar, clock.start, deadline.at, clock), WorkingDays(1))
    assert [(line.days, line.hours, line.words, line.total) for line in lines] == [
        ("Tue 30 Dec", "16:30–17:00", "Working day", "30 min"),
        ("Tue 30 Dec 17:00 to Wed 31 Dec 17:00", "", "Paused: 等报告", ""),
        ("Wed 31 Dec", "17:00–17:30", "Working day", "1 h"),
        ("Thu 1 Jan 2026", "08:00–12:00, 13:30–17:30", "Working day", "9 h"),
    ]


CALENDARS = [calendar for calendar, _first in made_up_calendars(8, 200)]
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=365)).map(lambda passed: datetime(2026, 1, 1, tzinfo=UTC) + passed)
LENGTHS = st.timedeltas(timedelta(0), timedelta(days=12))
LIMITS = st.one_of(st.timedeltas(timedelta(minutes=1), timedelta(days=9)), st.builds(WorkingDays, st.integers(1, 20)))


@FEW
@given(st.sampled_from(CALENDARS), MOMENTS, LIMITS, LENGTHS, LENGTHS)
def test_a_pause_never_shortens(
    calendar: Calendar, start: datetime, limit: timedelta | WorkingDays, ran: timedelta, paused: timedelta
) -> None:
    clock = Clock.started(start).pause(start + ran, "").resume(start + ran + paused)
    before, after = due(calendar, start, limit), clock.deadline(calendar, limit)
    assert after is not None
    assert after.at >= before.at
    if before.at <= start + ran:
        assert after.at == before.at
    else:
        missed = elapsed(calendar, start + ran, start + ran + paused)
        assert after.at == add_working_time(calendar, before.at, missed).at
    assert clock.elapsed(calendar, after.at) == elapsed(calendar, start, before.at)


@FEW
@given(st.sampled_from(CALENDARS), MOMENTS, LENGTHS, LENGTHS)
def test_an_explanation_has_no_gap_and_counts_what_ran(
    calendar: Calendar, start: datetime, ran: timedelta, paused: timedelta
) -> None:
    clock = Clock.started(start).pause(start + ran, "x").resume(start + ran + paused)
    end = start + ran + paused + timedelta(days=2)
    segments = explain(calendar, start, end, clock)
    assert (segments[0].start, segments[-1].end) == (start, end)
    assert all(one.end == next_.start for one, next_ in pairwise(segments))
    counted = sum(((each.end - each.start) for each in segments if each.is_counted), timedelta(0))
    assert counted == clock.elapsed(calendar, end)


def test_the_zone_of_an_explanation_is_that_of_the_calendar() -> None:
    berlin = office(zone="Europe/Berlin")
    (segment,) = explain(berlin, at("10-09 15:00"), at("10-09 15:30"))
    assert segment.start.tzinfo == ZoneInfo("Europe/Berlin")
    assert f"{segment.start:%H:%M}" == "09:00"
