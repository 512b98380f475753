"""When to try again: at another time of day, within the hours at which one may ring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta, tzinfo

PARTS = 3  # morning, midday, evening
SOONEST = timedelta(hours=1)  # after a try without an answer
AGAIN = timedelta(minutes=20)


@dataclass(frozen=True)
class Hours:
    """When one may ring: from the hour `opens` to the hour `closes` of each day in the zone, not before a moment."""

    opens: int
    closes: int
    zone: tzinfo
    not_before: datetime | None = None

    def within(self, start: time | None, end: time | None) -> Hours:
        """Of these the whole hours in which the person is best reached, if there are any."""
        opens = max(self.opens, start.hour + bool(start.minute)) if start else self.opens
        closes = min(self.closes, end.hour) if end else self.closes
        return replace(self, opens=opens, closes=closes) if opens < closes else self

    def after(self, moment: datetime | None) -> Hours:
        return replace(self, not_before=moment)

    def since(self, at: datetime, pause: timedelta) -> datetime:
        """The moment from which the pause leads to the first one at which one may ring, `at` at the soonest."""
        return max(at, self.not_before - pause) if self.not_before else at


def next_try(*, at: datetime, tries: Sequence[datetime], hours: Hours) -> datetime:
    """The middle of the next part of a day in which was tried least.

    The day's hours fall into three parts. Of those tried least, the one that comes first is taken,
    an hour from now at the soonest: who did not answer in the morning is rung around noon, then in the evening.
    """
    opens, closes, zone = hours.opens, max(hours.closes, hours.opens + 1), hours.zone
    at = hours.since(at, SOONEST)
    local = at.astimezone(zone)
    used = [_part(moment.astimezone(zone), opens, closes) for moment in tries]
    slots = [
        (part, _middle(local + timedelta(days=day), part, opens, closes, zone))
        for day in (0, 1, 2)
        for part in range(PARTS)
    ]
    ahead = [(part, moment) for part, moment in slots if moment >= at + SOONEST]
    _part_taken, moment = min(ahead, key=lambda slot: (used.count(slot[0]), slot[1]))
    return moment


def soon(*, at: datetime, hours: Hours) -> datetime:
    """In twenty minutes, for the person is there or another number is at hand; or when the day's hours begin next."""
    at = hours.since(at, AGAIN)
    local = (at + AGAIN).astimezone(hours.zone)
    if hours.opens <= local.hour < hours.closes:
        return at + AGAIN
    day = local.date() if local.hour < hours.opens else local.date() + timedelta(days=1)
    return datetime.combine(day, time(hours.opens), tzinfo=hours.zone)


def _part(local: datetime, opens: int, closes: int) -> int:
    into = (local.hour + local.minute / 60 - opens) / (closes - opens)
    return min(max(int(into * PARTS), 0), PARTS - 1)


def _middle(local: datetime, part: int, opens: int, closes: int, zone: tzinfo) -> datetime:
    minutes = opens * 60 + round((closes - opens) * 60 * (part + 0.5) / PARTS)
    return datetime.combine(local.date(), time(minutes // 60, minutes % 60), tzinfo=zone)
