"""Pure rules about people on file: their age, and by what they are found."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol

from hospital_crm.lib import phones, pinyin, resident_id
from hospital_crm.lib.moments import years_later
from hospital_crm.lib.phones import TRAILING_DIGITS
from hospital_crm.lib.resident_id import Fault, NotAResidentId, read_resident_id
from hospital_crm.lib.sealing import keyed_hash

OLDEST_YEARS = 130  # of whoever calls
MONTHS = 12
GUARDED_YEARS = 14
HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
RESIDENT_ID, PASSPORT, TRAVEL_PERMIT = DOCUMENTS = ("resident_id", "passport", "travel_permit")
SEALED_FOR = "patients.identifier"
SHOWN_END = 3
DIGEST_CHARACTERS = 32  # of the hash, in the search box's table
AFTER_ALL_LETTERS = "\uffff"


def age(birth_date: date | None, birth_year: int | None, on: date) -> int | None:
    """In full years on the day; of a year alone, the years since. None if neither is known."""
    if birth_date is not None:
        return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))
    return on.year - birth_year if birth_year is not None else None


def needs_guardian(birth_date: date | None, birth_year: int | None, on: date) -> bool:
    """Of a child under 14 the guardian decides (PIPL art. 31); where the year alone is known, until it surely is 14."""
    years = age(birth_date, birth_year, on)
    if years is None:
        return False
    return (years if birth_date is not None else years - 1) < GUARDED_YEARS


def latest_unguarded_birth(on: date) -> tuple[date, int]:
    """The last date of birth, and the last year where that alone is known, of whoever decides alone that day."""
    return years_later(on, -GUARDED_YEARS), on.year - GUARDED_YEARS - 1


class Decided(Protocol):
    decided_at: datetime
    pk: int


def is_later(one: Decided, other: Decided) -> bool:
    """Which of two decisions counts; of the same moment, the one that was written down later."""
    return (one.decided_at, one.pk) > (other.decided_at, other.pk)


def tokens_of(name: str, numbers: Iterable[str], phone_digits: Iterable[str], digests: Iterable[str] = ()) -> set[str]:
    """Everything by which somebody is found.

    Pieces of one and two characters of the name; "p:" pinyin, also each word in Latin letters, and "i:" initials; "t:"
    the last four digits of a phone and "e:" all of them from the end, so that whoever types the end types a beginning;
    "n:" a number on file; "d:" the beginning of a document's hash.
    """
    found = set(_pieces(name))
    for reading in pinyin.name_readings(name):
        found |= {f"p:{reading.full}", f"i:{reading.initials}"}
    found |= {f"p:{word}" for word in pinyin.words(name)}
    for digits in phone_digits:
        found |= {f"t:{digits[-TRAILING_DIGITS:]}", _from_the_end(digits)}
    found |= {f"n:{plain(number)}" for number in numbers if number}
    return found | {f"d:{digest[:DIGEST_CHARACTERS]}" for digest in digests}


@dataclass(frozen=True)
class Question:
    """What the search box asks the token table: all of `every`; or one of `exact`, or what begins with one of
    `beginnings`.
    """

    every: tuple[str, ...] = ()
    exact: tuple[str, ...] = ()
    beginnings: tuple[str, ...] = ()
    holds: str = ""  # of the name, where pieces of two characters say too little

    @property
    def is_empty(self) -> bool:
        return not (self.every or self.exact or self.beginnings)

    @property
    def ranges(self) -> tuple[tuple[str, str], ...]:
        """Of each beginning: from itself up to what no longer begins so."""
        return tuple((each, each + AFTER_ALL_LETTERS) for each in self.beginnings)


def question(text: str) -> Question:
    """What somebody who types this looks for; empty for what finds nobody."""
    asked = plain(text)
    if HAN.search(asked):
        characters = "".join(asked.split())
        pieces = [characters[at : at + 2] for at in range(max(1, len(characters) - 1))]
        return Question(every=tuple(dict.fromkeys(pieces)), holds=characters if len(characters) > 2 else "")
    digits, documents = phones.searchable(asked), tuple(_documents(asked))
    if len(digits) >= TRAILING_DIGITS:
        whose = number_question(digits)
        return replace(whose, exact=(*whose.exact, *documents), beginnings=(*whose.beginnings, f"n:{asked}"))
    letters = pinyin.letters(asked)
    if any(character.isdigit() for character in asked):
        return Question(exact=documents, beginnings=(f"n:{asked}",))
    return Question(beginnings=(f"p:{letters}", f"i:{letters}")) if letters else Question()


def number_question(text: str) -> Question:
    """Whose number it is: see `phones.leads_to`."""
    digits = phones.searchable(text)
    if len(digits) == TRAILING_DIGITS:
        return Question(exact=(f"t:{digits}",))
    if phones.may_be_ending(digits):
        return Question(beginnings=(_from_the_end(digits),))
    return Question(exact=(_from_the_end(digits),)) if digits else Question()


def _documents(asked: str) -> Iterator[str]:
    """By which document it may be looked for; no telephone number and no number of ours is long or mixed enough."""
    text = "".join(asked.upper().split())
    if not LIKE_A_DOCUMENT.fullmatch(text):
        return
    for kind in DOCUMENTS:
        if digest := digest_typed(kind, text):
            yield f"d:{digest[:DIGEST_CHARACTERS]}"


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


class UnreadableIdentifier(ValueError):
    """No number that such a document can have; `fault` is the rule that it breaks."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


DOCUMENT = re.compile(r"[0-9A-Z]{5,20}")  # passports and permits of all countries
LIKE_A_DOCUMENT = re.compile(r"[\d-]{17,20}[\dX]|\d{15}|[A-Z]{1,3}\d{5,17}|\d{8,9}[A-Z]?|[A-Z]\d{7}[A-Z]{2}")


def read_identifier(kind: str, text: str, today: date) -> str:
    """The number as it is kept, whoever typed it how.

    Raises UnreadableIdentifier.
    """
    if kind == RESIDENT_ID:
        try:
            return read_resident_id(text, today).number
        except NotAResidentId as error:
            raise UnreadableIdentifier(error.fault) from error
    number = "".join(plain(text).upper().replace("-", " ").split())
    if not DOCUMENT.fullmatch(number):
        raise UnreadableIdentifier(Fault.SHAPE)
    return number


def digest_of(kind: str, number: str, scope: str = "") -> str:
    """By which the identifier is found; `number` as it is kept."""
    return keyed_hash(number, purpose=f"{SEALED_FOR}:{kind}:{scope}")


def digest_typed(kind: str, text: str) -> str:
    """Of a number as somebody types it; "" for what is none."""
    try:
        return digest_of(kind, read_identifier(kind, text, date.max))
    except UnreadableIdentifier:
        return ""


def mask_identifier(kind: str, number: str) -> str:
    """A resident id to its area and end, another document to its last three."""
    if kind == RESIDENT_ID:
        return resident_id.mask(number)
    return "*" * (len(number) - SHOWN_END) + number[-SHOWN_END:]


class UnreadableBirth(ValueError):
    """Neither a year nor a date, or of somebody who is not born yet, or whom no archive holds."""


BIRTH = re.compile(r"(\d{4})(?:\D*(\d{1,2})\D+(\d{1,2})\D*|(\d{2})(\d{2})|\D+(?:0?[1-9]|1[0-2])(?:\D+)?|\s*年)?")
FROM_THE_DAY = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})")
AT_A_TIME = re.compile(r"[t\s]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?$")


def read_birth(text: str, today: date) -> tuple[date | None, int | None]:
    """The date of birth, or the year alone: "1953", "1953-8-21", "19530821", "1953 年 8 月 21 日", "21/8/1953"; of a
    month ("1953.8") the year; without the time of day that another system wrote behind it.

    Raises UnreadableBirth.
    """
    told = AT_A_TIME.sub("", plain(text))
    if not told:
        return None, None
    year, month, day = _parts_of_birth(told)
    try:
        born = date(year, int(month), int(day)) if month else None
    except ValueError as error:
        raise UnreadableBirth(text) from error
    if not resident_id.FIRST_YEAR <= year <= today.year or (born and born > today):
        raise UnreadableBirth(text)
    return born, None if born else year


def _parts_of_birth(told: str) -> tuple[int, str, str]:
    """The year, the month and the day; "" for what is not told. A year at the end leaves one order that makes sense."""
    if turned := FROM_THE_DAY.fullmatch(told):
        first, second = int(turned[1]), int(turned[3])
        if first <= MONTHS and second <= MONTHS and first != second:
            raise UnreadableBirth(told)
        day, month = (turned[1], turned[3]) if second <= MONTHS else (turned[3], turned[1])
        return int(turned[4]), month, day
    if not (found := BIRTH.fullmatch(told)):
        raise UnreadableBirth(told)
    return int(found[1]), found[2] or found[4] or "", found[3] or found[5] or ""
