"""Working time: when somebody is there, by when something is due, and why just then.

Pure: a calendar is a value, the moments come in, nothing asks for the time. A moment lies in working time if the clock
on the wall shows an hour of that day; so the day on which the clock is put forward or back counts as it is lived.
"""

from .calendar import MONDAY, SUNDAY, Calendar, Kind, SpecialDay
from .clock import Clock, ClockIsPaused, ClockRuns, MomentBeforeLast
from .counting import (
    Deadline,
    DueTooFar,
    Limit,
    NoWorkingTime,
    WorkingDays,
    add_working_days,
    add_working_time,
    due,
    elapsed,
    next_at_work,
)
from .explaining import Segment, Why, explain
from .quiet import next_allowed
from .steps import Step, said_why, steps
from .wall import DAY, Period, Range, tidy
from .why import Explained, explained, explained_clock

__all__ = (
    "DAY",
    "MONDAY",
    "SUNDAY",
    "Calendar",
    "Clock",
    "ClockIsPaused",
    "ClockRuns",
    "Deadline",
    "DueTooFar",
    "Explained",
    "Kind",
    "Limit",
    "MomentBeforeLast",
    "NoWorkingTime",
    "Period",
    "Range",
    "Segment",
    "SpecialDay",
    "Step",
    "Why",
    "WorkingDays",
    "add_working_days",
    "add_working_time",
    "due",
    "elapsed",
    "explain",
    "explained",
    "explained_clock",
    "next_allowed",
    "next_at_work",
    "said_why",
    "steps",
    "tidy",
)
