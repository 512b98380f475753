"""Which service level somebody is owed: by how often they were here, and what that came to, in the last months.

It never says what somebody is worth: staff read what is owed, and the order of treatment rests on nothing of it.
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

USUAL = 0
LEVELS = {"a": 3, "b": 2, "c": 1}  # by the code under which the hospital keeps what each is owed


class Stay(NamedTuple):
    """When somebody was here, and what it came to."""

    starts_at: datetime
    amount: Decimal


class Reach(NamedTuple):
    """From so many visits, or from such an amount; 0: this one does not count."""

    visits: int
    amount: Decimal


@dataclass(frozen=True)
class Terms:
    """What the hospital has set: how far back, and what each level begins with."""

    months: int
    reaches: Mapping[int, Reach]

    def __str__(self) -> str:
        """Tells one hospital's terms from another's, or from those of before."""
        levels = (
            f"{level}:{reach.visits}/{reach.amount.normalize():f}" for level, reach in sorted(self.reaches.items())
        )
        return " ".join([str(self.months), *levels])


class Standing(NamedTuple):
    """The level, and until when nothing but another visit can change it; None: for good."""

    level: int
    ends_at: datetime | None


def standing_of(stays: Iterable[Stay], terms: Terms, at: datetime) -> Standing:
    """How somebody stands then; stays from too long ago are left aside. Moments in the hospital's zone."""
    counted = sorted(stay for stay in stays if counts_until(stay.starts_at, terms.months) > at)
    number, amount = len(counted), sum((stay.amount for stay in counted), Decimal())
    level = _level(number, amount, terms)
    if level == USUAL:
        return Standing(USUAL, None)
    for stay in counted:
        number, amount = number - 1, amount - stay.amount
        if _level(number, amount, terms) != level:
            return Standing(level, counts_until(stay.starts_at, terms.months))
    return Standing(level, None)


def counts_until(moment: datetime, months: int) -> datetime:
    """So many months later at the same time; on the last day of a month that is shorter."""
    years, month = divmod(moment.month - 1 + months, 12)
    year, month = moment.year + years, month + 1
    return moment.replace(year=year, month=month, day=min(moment.day, monthrange(year, month)[1]))


def _level(number: int, amount: Decimal, terms: Terms) -> int:
    reached = (
        level
        for level, reach in terms.reaches.items()
        if (reach.visits and number >= reach.visits) or (reach.amount and amount >= reach.amount)
    )
    return max(reached, default=USUAL)
