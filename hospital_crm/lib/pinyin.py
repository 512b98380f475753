"""How Chinese names are read: full pinyin and initials, with the readings that surnames have.

52 of the 492 usual surnames are read otherwise as a surname (单 shan, 曾 zeng, 仇 qiu); people type either, so both
are found. The table `facts/surname_readings.csv` holds those and the compound surnames.
"""

import csv
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path

from pypinyin import lazy_pinyin

TABLE = Path(__file__).parent / "facts" / "surname_readings.csv"
LONGEST_SURNAME = 2
NOT_A_LETTER = re.compile(r"[^a-z]")


@dataclass(frozen=True)
class Reading:
    full: str  # zhangsan
    initials: str  # zs


def name_readings(name: str) -> tuple[Reading, ...]:
    """All readings by which somebody may be looked for, the usual one first; none of a name without letters."""
    plain = unicodedata.normalize("NFKC", name).strip()
    surname = _surname(plain)
    readings: list[tuple[str, ...]] = [_syllables(plain)]
    if surname:
        given = _syllables(plain[len(surname) :])
        readings.insert(0, (*surname_readings()[surname].split(), *given))
        readings.append((*chain.from_iterable(map(_syllables, surname)), *given))  # 尉迟, as who does not know it reads
    usual = [*readings, *(spelled for parts in readings for spelled in _without_v(parts))]
    found = dict.fromkeys(Reading("".join(parts), "".join(part[0] for part in parts)) for parts in usual if parts)
    return tuple(found)


def _without_v(parts: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """吕 is lv on a keyboard, lu to whoever has no ü there, and LYU in a passport."""
    if any("v" in part for part in parts):
        for other in ("u", "yu"):
            yield tuple(part.replace("v", other) for part in parts)


def sort_key(name: str) -> str:
    """What sorts names by sound, syllable by syllable: 李安 before 连心, an English name among them by its letters.

    The nought between syllables comes before every letter whatever language a database sorts by; a space does not.
    """
    plain = unicodedata.normalize("NFKC", name).strip()
    surname = _surname(plain)
    read = surname_readings()[surname].split() if surname else []
    parts = [*read, *lazy_pinyin(plain[len(surname) :])]
    return "0".join(word for part in parts for chunk in part.split() if (word := _plain_word(chunk)))


def family_name(name: str) -> str:
    """The surname of a Chinese name, compound ones too; of a name in Latin letters its first word."""
    plain = unicodedata.normalize("NFKC", name).strip()
    if plain[:1].isascii():
        return plain.partition(" ")[0]
    return _surname(plain) or plain[:1]


@cache
def surname_readings() -> dict[str, str]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {row["surname"]: row["reading"] for row in csv.DictReader(file)}


@lru_cache(4096)  # more than there are syllables
def letters(text: str) -> str:
    """Only a–z, small, without accents: what a reading is compared with. ü is v, as on a keyboard."""
    plain = unicodedata.normalize("NFKD", text.lower()).replace("u\u0308", "v")
    return NOT_A_LETTER.sub("", plain)


def words(name: str) -> list[str]:
    """The words of a name in Latin letters: whoever has no Chinese name is looked for by the family name too."""
    return [word for part in name.split() if part[:1].isascii() and (word := letters(part))]


def _plain_word(text: str) -> str:
    """Letters and digits, small, without accents."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text.lower()) if sign.isalnum())


def _surname(name: str) -> str:
    heads = (name[:length] for length in range(LONGEST_SURNAME, 0, -1))
    return next((head for head in heads if head in surname_readings()), "")


@lru_cache(2**16)  # given names are much fewer than people
def _syllables(text: str) -> tuple[str, ...]:
    """Of Chinese one syllable a character; of Latin letters one word each."""
    words = (letters(part) for chunk in lazy_pinyin(text, v_to_u=False) for part in chunk.split())
    return tuple(word for word in words if word)
