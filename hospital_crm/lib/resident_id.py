"""Resident identity numbers: 17 digits and a check (GB 11643-1999), and the 15 digits of before 1999.

Whether the six digits of the area are known is no matter of right and wrong: real numbers hold codes that no list has.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import Enum

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
SHAPE = re.compile(r"\d{17}[\dX]|\d{15}", re.ASCII)
BETWEEN = re.compile(r"[\s\-]+")
OLD_CENTURY = "19"  # the old numbers say the year with two digits
FIRST_YEAR = 1800  # 1111 and the like are fillers
AREA_DIGITS, BIRTH_DIGITS, ENDING = 6, slice(6, 14), 4


class Fault(Enum):
    """What is wrong with what was typed."""

    SHAPE = "shape"
    BIRTH = "birth"
    CHECK = "check"


class NotAResidentId(ValueError):
    """`fault` says which rule the text breaks."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True)
class ResidentId:
    """`number` has 18 characters, the last one a digit or X."""

    number: str
    born: date

    @property
    def is_female(self) -> bool:
        """The last digit of the order is even."""
        return int(self.number[-2]) % 2 == 0

    @property
    def area(self) -> str:
        """The code of the district where it was given out (GB/T 2260)."""
        return self.number[:AREA_DIGITS]


def read_resident_id(text: str, today: date) -> ResidentId:
    """However it is typed: full width, with spaces or dashes, with a small x, in the old form.

    Raises NotAResidentId.
    """
    number = BETWEEN.sub("", unicodedata.normalize("NFKC", text)).upper()
    if not SHAPE.fullmatch(number):
        raise NotAResidentId(Fault.SHAPE)
    if len(number) == len(WEIGHTS) - 2:
        number = with_check(number[:AREA_DIGITS] + OLD_CENTURY + number[AREA_DIGITS:])
    try:
        born = date.fromisoformat(number[BIRTH_DIGITS])
    except ValueError as error:
        raise NotAResidentId(Fault.BIRTH) from error
    if not born.year >= FIRST_YEAR or born > today:
        raise NotAResidentId(Fault.BIRTH)
    if with_check(number[:-1]) != number:
        raise NotAResidentId(Fault.CHECK)
    return ResidentId(number, born)


def with_check(digits: str) -> str:
    """The 17 digits with their check character."""
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, digits, strict=True))
    return digits + CHECKS[total % len(CHECKS)]


def mask(number: str) -> str:
    """The area, and the last four: "110105********002X"."""
    hidden = len(number) - AREA_DIGITS - ENDING
    return f"{number[:AREA_DIGITS]}{'*' * hidden}{number[-ENDING:]}" if hidden > 0 else "*" * len(number)
