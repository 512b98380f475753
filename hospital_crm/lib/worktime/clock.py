"""A clock that can be paused: what was paused in working time moves the deadline, and it never comes back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from .calendar import Calendar
from .counting import Deadline, Limit, WorkingDays, add_working_time, due, elapsed


class ClockIsPaused(ValueError):
    """It stands still already."""


class ClockRuns(ValueError):
    """It runs already."""


class MomentBeforeLast(ValueError):
    """Nothing is paused or resumed before what came last."""


@dataclass(frozen=True)
class Stretch:
    """It ran, or it was paused for a reason; without end it still does."""

    start: datetime
    end: datetime | None = None
    reason: str = ""
    is_paused: bool = False


@dataclass(frozen=True)
class Clock:
    """The stretches follow one another without a gap; only the last may be without end."""

    stretches: tuple[Stretch, ...]

    @classmethod
    def started(cls, at: datetime) -> Clock:
        return cls((Stretch(at),))

    @property
    def start(self) -> datetime:
        return self.stretches[0].start

    @property
    def is_paused(self) -> bool:
        return self.stretches[-1].is_paused

    @property
    def pauses(self) -> tuple[Stretch, ...]:
        return tuple(stretch for stretch in self.stretches if stretch.is_paused)

    def pause(self, at: datetime, reason: str) -> Clock:
        """Raises ClockIsPaused, MomentBeforeLast."""
        if self.is_paused:
            raise ClockIsPaused
        return self._turned(Stretch(at, reason=reason, is_paused=True))

    def resume(self, at: datetime) -> Clock:
        """Raises ClockRuns, MomentBeforeLast."""
        if not self.is_paused:
            raise ClockRuns
        return self._turned(Stretch(at))

    def elapsed(self, calendar: Calendar, until: datetime) -> timedelta:
        """The working time in which it ran."""
        ran = ((start, min(end or until, until)) for start, end in self._running())
        return sum((elapsed(calendar, start, end) for start, end in ran), timedelta(0))

    def deadline(self, calendar: Calendar, limit: Limit) -> Deadline | None:
        """When the limit is used up; None while a pause leaves that open.

        A limit in working days is the working time that these days have from the start on. Raises NoWorkingTime,
        DueTooFar.
        """
        left = limit
        if isinstance(left, WorkingDays):
            left = elapsed(calendar, self.start, due(calendar, self.start, left).at)
        for start, end in self._running():
            ran = elapsed(calendar, start, end) if end else None
            if ran is None or ran >= left:
                return self._since_start(calendar, add_working_time(calendar, start, left))
            left -= ran
        return None

    def _since_start(self, calendar: Calendar, deadline: Deadline) -> Deadline:
        years = calendar.unconfirmed(calendar.day_of(self.start), deadline.at.date())
        return replace(deadline, unconfirmed_years=years)

    def _running(self) -> Iterator[tuple[datetime, datetime | None]]:
        return ((stretch.start, stretch.end) for stretch in self.stretches if not stretch.is_paused)

    def _turned(self, following: Stretch) -> Clock:
        *before, last = self.stretches
        if following.start < last.start:
            raise MomentBeforeLast
        return Clock((*before, replace(last, end=following.start), following))
