"""Pure rules about people on file: their age, and by what they are found."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from hospital_crm.lib import phones, pinyin
from hospital_crm.lib.phones import TRAILING_DIGITS

OLDEST_YEARS = 130
HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
AFTER_ALL_LETTERS = "\uffff"


def age(birth_date: date | None, birth_year: int | None, on: date) -> int | None:
    """In full years on the day; of a year alone, the years since. None if neither is known."""
    if birth_date is not None:
        return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))
    return on.year - birth_year if birth_year is not None else None


def tokens_of(name: str, numbers: Iterable[str], phone_digits: Iterable[str]) -> set[str]:
    """Everything by which somebody is found.

    Pieces of one and two characters of the name; "p:" pinyin, also each word in Latin letters, and "i:" initials; "t:"
    the last four digits of a phone and "e:" all of them from the end, so that whoever types the end types a beginning;
    "n:" a number on file.
    """
    found = set(_pieces(name))
    for reading in pinyin.name_readings(name):
        found |= {f"p:{reading.full}", f"i:{reading.initials}"}
    found |= {f"p:{word}" for word in pinyin.words(name)}
    for digits in phone_digits:
        found |= {f"t:{digits[-TRAILING_DIGITS:]}", _from_the_end(digits)}
    return found | {f"n:{plain(number)}" for number in numbers if number}


@dataclass(frozen=True)
class Question:
    """What the search box asks the token table: all of `every`; or `exact`, or what begins with one of `beginnings`."""

    every: tuple[str, ...] = ()
    exact: str = ""
    beginnings: tuple[str, ...] = ()
    holds: str = ""  # of the name, where pieces of two characters say too little

    @property
    def is_empty(self) -> bool:
        return not (self.every or self.exact or self.beginnings)


def question(text: str) -> Question:
    """What somebody who types this looks for; empty for what finds nobody."""
    asked = plain(text)
    if HAN.search(asked):
        characters = "".join(asked.split())
        pieces = [characters[at : at + 2] for at in range(max(1, len(characters) - 1))]
        return Question(every=tuple(dict.fromkeys(pieces)), holds=characters if len(characters) > 2 else "")
    digits = phones.searchable(asked)
    if len(digits) >= TRAILING_DIGITS:
        whose = number_question(digits)
        return replace(whose, beginnings=(*whose.beginnings, f"n:{asked}"))
    letters = pinyin.letters(asked)
    if any(character.isdigit() for character in asked):
        return Question(beginnings=(f"n:{asked}",))
    return Question(beginnings=(f"p:{letters}", f"i:{letters}")) if letters else Question()


def number_question(text: str) -> Question:
    """Whose number it is: see `phones.leads_to`."""
    digits = phones.searchable(text)
    if len(digits) == TRAILING_DIGITS:
        return Question(exact=f"t:{digits}")
    if phones.may_be_ending(digits):
        return Question(beginnings=(_from_the_end(digits),))
    return Question(exact=_from_the_end(digits)) if digits else Question()


def _from_the_end(digits: str) -> str:
    return f"e:{digits[::-1]}"


def plain(text: str) -> str:
    """Half-width, small letters, no white space at the ends."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def _pieces(name: str) -> Iterator[str]:
    characters = "".join(plain(name).split())
    for at, character in enumerate(characters):
        if HAN.match(character):
            yield character
            yield characters[at : at + 2]
        elif HAN.match(characters[at + 1 : at + 2]):
            yield characters[at : at + 2]


class UnreadableBirth(ValueError):
    """Neither a year nor a date, or of somebody who is not born yet or older than anybody."""


BIRTH = re.compile(r"(\d{4})(?:\D*(\d{1,2})\D+(\d{1,2})\D*|(\d{2})(\d{2}))?")


def read_birth(text: str, today: date) -> tuple[date | None, int | None]:
    """The date of birth, or the year alone: "1953", "1953-8-21", "19530821", "1953 年 8 月 21 日".

    Raises UnreadableBirth.
    """
    if not plain(text):
        return None, None
    found = BIRTH.fullmatch(plain(text))
    if not found:
        raise UnreadableBirth(text)
    year, month, day = int(found[1]), found[2] or found[4], found[3] or found[5]
    try:
        born = date(year, int(month), int(day)) if month else None
    except ValueError as error:
        raise UnreadableBirth(text) from error
    if not today.year - OLDEST_YEARS <= year <= today.year or (born and born > today):
        raise UnreadableBirth(text)
    return born, None if born else year
