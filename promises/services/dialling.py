"""The numbers behind a promise, and what speaks against ringing them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from messaging.services.before_calls import Doubt, doubts_about_calls
from promises.models import Promise


@dataclass(frozen=True)
class Number:
    """What can be rung (`Promise.to_dial`), with what speaks against this one alone."""

    phone: Any
    doubts: list[Doubt]


@dataclass(frozen=True)
class Dialling:
    """Nobody is kept from it: what was promised is rung about, and whoever does it knows what there is to know."""

    numbers: list[Number]
    doubts: list[Doubt] = field(default_factory=list)  # about ringing the person at all

    def each(self) -> list[Number]:
        """The numbers, each with all that speaks against it."""
        return [Number(number.phone, [*self.doubts, *number.doubts]) for number in self.numbers]


def dialling_of(promise: Promise, *, at: datetime) -> Dialling:
    """The one to dial first comes first."""
    phones = promise.to_dial
    if promise.about is None or not phones:
        return Dialling([])
    found = doubts_about_calls(target=promise.about, numbers=[phone.digits for phone in phones], at=at)
    both = zip(phones, found.of_each, strict=True)
    return Dialling([Number(phone, doubts) for phone, doubts in both], found.of_all)
