"""When to try again: at another time of day, within the hours at which one may ring."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta, tzinfo

PARTS = 3  # morning, midday, evening
SOONEST = timedelta(hours=1)  # after a try without an answer
AGAIN = timedelta(minutes=20)


def next_try(*, at: datetime, tries: Sequence[datetime], opens: int, closes: int, zone: tzinfo) -> datetime:
    """The middle of the next part of a day in which was tried least; `opens` and `closes` are hours of the clock.

    The day's hours fall into three parts. Of those tried least, the one that comes first is taken,
    an hour from now at the soonest: who did not answer in the morning is rung around noon, then in the evening.
    """
    closes = max(closes, opens + 1)
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


def soon(*, at: datetime, opens: int, closes: int, zone: tzinfo) -> datetime:
    """In twenty minutes, for the person is there or another number is at hand; or when the day's hours begin next."""
    local = (at + AGAIN).astimezone(zone)
    if opens <= local.hour < closes:
        return at + AGAIN
    day = local.date() if local.hour < opens else local.date() + timedelta(days=1)
    return datetime.combine(day, time(opens), tzinfo=zone)


def _part(local: datetime, opens: int, closes: int) -> int:
    into = (local.hour + local.minute / 60 - opens) / (closes - opens)
    return min(max(int(into * PARTS), 0), PARTS - 1)


def _middle(local: datetime, part: int, opens: int, closes: int, zone: tzinfo) -> datetime:
    minutes = opens * 60 + round((closes - opens) * 60 * (part + 0.5) / PARTS)
    return datetime.combine(local.date(), time(minutes // 60, minutes % 60), tzinfo=zone)
