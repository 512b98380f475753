"""Hours in which nobody is disturbed."""

from datetime import datetime, time, tzinfo

from .calendar import SUNDAY, Calendar
from .counting import next_at_work
from .wall import DAY, Range, seconds_of, tidy


def next_allowed(at: datetime, quiet_from: time, quiet_until: time, zone: tzinfo) -> datetime:
    """The moment itself, or when the quiet ends in which it falls.

    From 22:00 until 08:00 goes over midnight; from 12:00 until 12:00 is never quiet. What counts is the clock on the
    wall, also when it is put forward or back in the night.
    """
    first, last = seconds_of(quiet_from), seconds_of(quiet_until)
    if first == last:
        return at
    loud = [Range(0, first), Range(last, DAY)] if first < last else [Range(last, first)]
    every_day = dict.fromkeys(range(1, SUNDAY + 1), tidy(loud))
    return next_at_work(Calendar(zone, every_day), at).at
