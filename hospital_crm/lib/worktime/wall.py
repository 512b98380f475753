"""From what the clock on the wall shows to moments, also on the day on which it is put forward or back."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple

DAY = 86_400  # seconds of a usual day
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DAY = EPOCH.toordinal()
# No zone is further from UTC: within these seconds around a day's midnights in UTC lies the whole day of every zone.
EAST, WEST = 15 * 3600, 13 * 3600


class Range(NamedTuple):
    """Part of a day, in seconds since its midnight, the end not included; 86,400 is the midnight at its end."""

    opens: int
    closes: int

    @classmethod
    def between(cls, opens_at: time, closes_at: time) -> "Range":
        """Midnight as an end is that at the end of the day."""
        return cls(seconds_of(opens_at), seconds_of(closes_at) or DAY)

    def __str__(self) -> str:
        return f"{clock_face(self.opens)}–{clock_face(self.closes)}"


class Period(NamedTuple):
    """From one moment to another, in UTC, the end not included."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        return self.end - self.start


class Piece(NamedTuple):
    """The part of a day from which the clock was not put until it was: what it shows, and how far it is from UTC."""

    first: int
    last: int
    offset: int


def seconds_of(moment: time) -> int:
    return moment.hour * 3600 + moment.minute * 60 + moment.second


def clock_face(seconds: int) -> str:
    """08:30; 24:00 for the midnight at the end."""
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"


def tidy(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """In their order, those that touch or overlap as one."""
    kept: list[Range] = []
    for opens, closes in sorted(ranges):
        if kept and opens <= kept[-1].closes:
            kept[-1] = Range(kept[-1].opens, max(kept[-1].closes, closes))
        elif opens < closes:
            kept.append(Range(opens, closes))
    return tuple(kept)


def periods(day: date, ranges: Iterable[Range], zone: tzinfo) -> Iterator[Period]:
    """When the clock shows the ranges on that day: an hour that is skipped never, one that comes twice both times."""
    midnight = _midnight_utc(day)
    for first, last, offset in pieces(day, zone):
        for opens, closes in ranges:
            start, end = max(opens, first), min(closes, last)
            if start < end:
                yield Period(_moment(midnight + start - offset), _moment(midnight + end - offset))


@lru_cache(maxsize=8192)
def pieces(day: date, zone: tzinfo) -> tuple[Piece, ...]:
    """One on nearly every day; two where the clock is put."""
    midnight = _midnight_utc(day)
    earliest, latest = midnight - EAST, midnight + DAY + WEST
    before, after = _offset(earliest, zone), _offset(latest, zone)
    if before == after:
        return (Piece(0, DAY, before),)
    turn = _turn(earliest, latest, zone) - midnight
    parts = (Piece(0, min(DAY, turn + before), before), Piece(max(0, turn + after), DAY, after))
    return tuple(piece for piece in parts if piece.first < piece.last)


def _turn(earliest: int, latest: int, zone: tzinfo) -> int:
    """The second at which the clock is put."""
    before = _offset(earliest, zone)
    while latest - earliest > 1:
        middle = (earliest + latest) // 2
        if _offset(middle, zone) == before:
            earliest = middle
        else:
            latest = middle
    return latest


def _offset(second: int, zone: tzinfo) -> int:
    offset = _moment(second).astimezone(zone).utcoffset()
    return round(offset.total_seconds()) if offset is not None else 0


def _midnight_utc(day: date) -> int:
    return (day.toordinal() - EPOCH_DAY) * DAY


def _moment(second: int) -> datetime:
    return EPOCH + timedelta(seconds=second)
