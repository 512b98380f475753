"""The pieces of an explanation as lines that people read: one a working day, one for each stretch without work."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .counting import Limit, WorkingDays
from .explaining import Segment, Why

BETWEEN = (Why.LUNCH, Why.BREAK, Why.NIGHT)  # the hours of the lines before and after show them
WORDS: dict[Why, str | Promise] = {
    Why.WORKING: gettext_lazy("Working day"),
    Why.MAKE_UP: gettext_lazy("Make-up working day"),
    Why.LUNCH: gettext_lazy("Lunch break"),
    Why.BREAK: gettext_lazy("Break"),
    Why.NIGHT: gettext_lazy("Outside working hours"),
    Why.WEEKEND: gettext_lazy("Weekend"),
    Why.CLOSED: gettext_lazy("No working hours on this weekday"),
    Why.DAY_OFF: gettext_lazy("Day off"),
    Why.PAUSED: gettext_lazy("Paused"),
}


@dataclass(frozen=True)
class Step:
    """One line. `total`: the working time, or the number of working days, counted by its end; "" counts nothing."""

    days: str
    hours: str
    words: str
    total: str = ""


def steps(segments: list[Segment], limit: Limit) -> list[Step]:
    """What a page shows. In working days each counts as one, and that of the start is said not to count; after a pause
    parts of days count, so the hours are told.
    """
    return list(_by_day(segments) if counts_days(segments, limit) else _by_time(segments))


def counts_days(segments: list[Segment], limit: Limit) -> bool:
    return isinstance(limit, WorkingDays) and all(each.why is not Why.PAUSED for each in segments)


def _by_day(segments: list[Segment]) -> Iterator[Step]:
    received, count = segments[0].start.date() if segments else None, 0
    for first, group in _lines(segments):
        if not first.is_counted:
            yield _off(first, received)
        elif first.start.date() == received:
            yield Step(said_day(received, received), _hours(group), _("Day of receipt, not counted"))
        else:
            count += 1
            yield Step(said_day(first.start.date(), received), _hours(group), said_why(first), str(count))


def _by_time(segments: list[Segment]) -> Iterator[Step]:
    begins, total = segments[0].start.date() if segments else None, timedelta(0)
    for first, group in _lines(segments):
        if not first.is_counted:
            yield _off(first, begins)
            continue
        total += sum((each.end - each.start for each in group), timedelta(0))
        yield Step(said_day(first.start.date(), begins), _hours(group), said_why(first), said_length(total))


def _lines(segments: list[Segment]) -> Iterator[tuple[Segment, list[Segment]]]:
    """What stands in one line: the working time of a day, or one stretch without. A break shows in the hours."""
    shown = [each for number, each in enumerate(segments) if number == 0 or each.why not in BETWEEN]
    for _key, group in groupby(shown, lambda each: each.start.date() if each.is_counted else each.start):
        line = list(group)
        yield line[0], line


def _off(segment: Segment, begins: date | None) -> Step:
    """A stretch of whole days; a pause or a night over midnight with its times beside its days."""
    is_whole, words = segment.why not in (*BETWEEN, Why.PAUSED), said_why(segment)
    first, last = segment.start.date(), (segment.end - timedelta(microseconds=1)).date()
    if first == last:
        return Step(said_day(first, begins), "" if is_whole else _hours([segment]), words)
    times = ("", "") if is_whole else (f" {segment.start:%H:%M}", f" {segment.end:%H:%M}")
    since, until = said_day(first, begins) + times[0], said_day(last, begins) + times[1]
    return Step(_("%(first)s to %(last)s") % {"first": since, "last": until}, "", words)


def said_why(segment: Segment) -> str:
    """Weekend; Day off: National Day; Paused: waiting for the patient."""
    about = segment.reason or (segment.day.name if segment.day else "")
    word = str(WORDS[segment.why])
    return _("%(what)s: %(word)s") % {"what": word, "word": about} if about else word


def said_day(day: date, begins: date | None) -> str:
    """With the weekday, and with the year where it is not that of the beginning."""
    here = begins is not None and day.year == begins.year
    return date_format(day, _("D j M") if here else _("D j M Y"))


def said_length(length: timedelta) -> str:
    """45 min, 7 h, 7 h 30 min."""
    hours, minutes = divmod(round(length.total_seconds()) // 60, 60)
    if not hours:
        return _("%(minutes)d min") % {"minutes": minutes}
    if not minutes:
        return _("%(hours)d h") % {"hours": hours}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}


def _hours(segments: list[Segment]) -> str:
    """08:00–12:00, 13:30–17:30."""
    return ", ".join(f"{each.start:%H:%M}–{_end(each.start, each.end)}" for each in segments)


def _end(start: datetime, end: datetime) -> str:
    """The midnight at the end of the day is 24:00."""
    return "24:00" if f"{end:%H:%M}" == "00:00" and end.date() == start.date() + timedelta(days=1) else f"{end:%H:%M}"
