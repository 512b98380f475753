"""A deadline together with its explanation, as components/deadline.html shows it."""

from dataclasses import dataclass
from datetime import datetime

from .calendar import Calendar
from .clock import Clock
from .counting import Limit, due
from .explaining import Segment, explain
from .steps import Step, counts_days, said_day, steps


@dataclass(frozen=True)
class Explained:
    """By when, and why just then. `at` is None while a pause leaves it open."""

    at: datetime | None
    unconfirmed_years: tuple[int, ...]
    segments: list[Segment]
    limit: Limit

    @property
    def steps(self) -> list[Step]:
        return steps(self.segments, self.limit)

    @property
    def in_days(self) -> bool:
        """Whether the steps count days."""
        return counts_days(self.segments, self.limit)

    @property
    def words(self) -> str:
        """Thu 9 Oct 2025 17:30."""
        return f"{said_day(self.at.date(), None)} {self.at:%H:%M}" if self.at else ""

    @property
    def years(self) -> str:
        return ", ".join(map(str, self.unconfirmed_years))


def explained(calendar: Calendar, start: datetime, limit: Limit) -> Explained:
    """What components/deadline.html shows. Raises NoWorkingTime, DueTooFar."""
    deadline = due(calendar, start, limit)
    return Explained(deadline.at, deadline.unconfirmed_years, explain(calendar, start, deadline.at), limit)


def explained_clock(calendar: Calendar, clock: Clock, limit: Limit, now: datetime) -> Explained:
    """The same of a clock; while it is paused, up to now. Raises NoWorkingTime, DueTooFar."""
    deadline = clock.deadline(calendar, limit)
    segments = explain(calendar, clock.start, deadline.at if deadline else now, clock)
    return Explained(deadline.at if deadline else None, deadline.unconfirmed_years if deadline else (), segments, limit)
