"""When to try again: at another time of day, within the hours at which one may ring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo

PARTS = 3  # morning, midday, evening
SOONEST = timedelta(hours=1)  # after a try without an answer
AGAIN = timedelta(minutes=20)
SHORTEST = 0.25  # hours in which somebody can be rung at all


@dataclass(frozen=True)
class Hours:
    """When one may ring: from `opens` to `closes` of each day in the zone, in hours (18.5 is half past six), not before
    a moment.
    """

    opens: float
    closes: float
    zone: tzinfo
    not_before: datetime | None = None

    def within(self, start: time | None, end: time | None) -> Hours:
        """Of these the ones in which the person is best reached; where there are none, the hour that lies nearest."""
        opens = max(self.opens, _hours(start)) if start else self.opens
        closes = min(self.closes, _hours(end)) if end else self.closes
        if closes - opens >= SHORTEST:
            return replace(self, opens=opens, closes=closes)
        opens = max(self.opens, min(opens, self.closes - 1))
        return replace(self, opens=opens, closes=min(self.closes, opens + 1))

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
    opens, closes, zone = hours.opens, max(hours.closes, hours.opens + SHORTEST), hours.zone
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
    now = _hours(local.time())
    if hours.opens <= now < hours.closes:
        return at + AGAIN
    day = local.date() if now < hours.opens else local.date() + timedelta(days=1)
    return _at(day, hours.opens, hours.zone)


def _hours(clock: time) -> float:
    return clock.hour + clock.minute / 60


def _at(day: date, hours: float, zone: tzinfo) -> datetime:
    minutes = round(hours * 60)
    return datetime.combine(day, time(minutes // 60, minutes % 60), tzinfo=zone)


def _part(local: datetime, opens: float, closes: float) -> int:
    into = (_hours(local.time()) - opens) / (closes - opens)
    return min(max(int(into * PARTS), 0), PARTS - 1)


def _middle(local: datetime, part: int, opens: float, closes: float, zone: tzinfo) -> datetime:
    return _at(local.date(), opens + (closes - opens) * (part + 0.5) / PARTS, zone)
