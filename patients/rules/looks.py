"""When somebody's looks in a day are many more than usual."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median


@dataclass(frozen=True)
class Limits:
    """Numbers of the hospital's settings."""

    times: Decimal  # the usual
    floor: int  # so few are never unusual
    floor_of_new: int  # nor so few of somebody who has too few days to compare with
    days_needed: int


def usual_of(history: Sequence[int], limits: Limits) -> Decimal | None:
    """The median of the days on which the person looked at all; None if they are too few to say."""
    return round(Decimal(median(history)), 1) if len(history) >= limits.days_needed and history else None


def is_unusual(looks: int, usual: Decimal | None, limits: Limits) -> bool:
    if usual is None:
        return looks > limits.floor_of_new
    return looks > max(usual * limits.times, Decimal(limits.floor))
