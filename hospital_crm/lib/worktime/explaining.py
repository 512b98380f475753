"""Why just then: all the time up to a deadline, piece by piece, each with its reason."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum

from .calendar import Calendar, Kind, SpecialDay
from .clock import Clock
from .wall import DAY, Range, periods

NOON, AFTER_NOON = time(12), time(13)
SATURDAY = 6


class Why(StrEnum):
    WORKING = "working"
    MAKE_UP = "make_up"  # working, on a make-up day
    LUNCH = "lunch"
    BREAK = "break"
    NIGHT = "night"  # before and after the hours of a working day
    WEEKEND = "weekend"
    CLOSED = "closed"  # another weekday without hours
    DAY_OFF = "day_off"
    PAUSED = "paused"


COUNTED = (Why.WORKING, Why.MAKE_UP)


@dataclass(frozen=True)
class Segment:
    """`day` says which day off or make-up day, `reason` why the clock was paused."""

    start: datetime
    end: datetime
    why: Why
    day: SpecialDay | None = None
    reason: str = ""

    @property
    def is_counted(self) -> bool:
        return self.why in COUNTED


def explain(calendar: Calendar, start: datetime, end: datetime, clock: Clock | None = None) -> list[Segment]:
    """From start to end without a gap, in the calendar's zone."""
    found = _cut(_day_by_day(calendar, start, end), start, end)
    for pause in clock.pauses if clock else ():
        found = _paused(found, pause.start, pause.end or end, pause.reason)
    here = (
        replace(each, start=each.start.astimezone(calendar.zone), end=each.end.astimezone(calendar.zone))
        for each in found
    )
    return list(_joined(here))


def _day_by_day(calendar: Calendar, start: datetime, end: datetime) -> Iterator[Segment]:
    for number in range(calendar.day_of(start).toordinal(), calendar.day_of(end).toordinal() + 1):
        yield from _of_day(calendar, date.fromordinal(number))


def _of_day(calendar: Calendar, day: date) -> Iterator[Segment]:
    whole = list(periods(day, [Range(0, DAY)], calendar.zone))
    if not whole:
        return  # a day that a zone left out
    special, worked = calendar.days.get(day), calendar.periods(day)
    if not worked:
        yield Segment(whole[0].start, whole[-1].end, _why_off(day, special), special)
        return
    why = Why.MAKE_UP if special else Why.WORKING
    last, after = whole[0].start, Why.NIGHT
    for period in worked:
        yield Segment(last, period.start, after if after is Why.NIGHT else _why_break(calendar, last, period.start))
        yield Segment(*period, why, special)
        last, after = period.end, Why.BREAK
    yield Segment(last, whole[-1].end, Why.NIGHT)


def _why_off(day: date, special: SpecialDay | None) -> Why:
    if special is not None and special.kind is Kind.DAY_OFF:
        return Why.DAY_OFF
    return Why.WEEKEND if day.isoweekday() >= SATURDAY else Why.CLOSED


def _why_break(calendar: Calendar, start: datetime, end: datetime) -> Why:
    is_noon = start.astimezone(calendar.zone).time() < AFTER_NOON and end.astimezone(calendar.zone).time() > NOON
    return Why.LUNCH if is_noon else Why.BREAK


def _cut(segments: Iterable[Segment], start: datetime, end: datetime) -> Iterator[Segment]:
    """What lies between the two; nothing that is empty."""
    for each in segments:
        cut = replace(each, start=max(start, each.start), end=min(end, each.end))
        if cut.start < cut.end:
            yield cut


def _paused(segments: Iterable[Segment], start: datetime, end: datetime, reason: str) -> Iterator[Segment]:
    for each in segments:
        during = Segment(max(start, each.start), min(end, each.end), Why.PAUSED, reason=reason)
        if during.start >= during.end:
            yield each
            continue
        yield from _cut([each], each.start, during.start)
        yield during
        yield from _cut([each], during.end, each.end)


def _joined(segments: Iterable[Segment]) -> Iterator[Segment]:
    """What goes on for the same reason as one; working time day by day."""
    last: Segment | None = None
    for each in segments:
        if last is None or each.is_counted or replace(each, start=last.start, end=last.end) != last:
            if last is not None:
                yield last
            last = each
        else:
            last = replace(last, end=each.end)
    if last is not None:
        yield last
