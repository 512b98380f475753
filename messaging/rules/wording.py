"""What a text must not say. The words themselves are lists that the hospital keeps; here is how they are found.

"根治" is found in "根 治" and in full-width letters too, "best" as a word of its own, "cataract" in "cataracts" too.
"免费+限时" is found where both stand in one text. What lies wholly within a harmless phrase is none: "最" in "最近";
but "最好的" is longer than the harmless "最好".
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

CURE = "wording_cure"  # the list of promises; 100 % is one
CLINICAL = "wording_clinical"  # the list of illnesses; a code of one counts as its name
TOGETHER = "+"
# A code of the international classification: with a decimal, or beside the word for it. B12 alone may be a room.
CODE = re.compile(r"(?<![a-z0-9])[a-tv-z]\d\d\.(?:x00|\d{1,4})(?![0-9])|(?:icd|诊断|diagnos\w*)\W{0,4}([a-tv-z]\d\d)\b")

SIGNS = {CURE: re.compile(r"(?<![\d.])(100\s*%)"), CLINICAL: CODE}  # what is no word


@dataclass(frozen=True)
class Finding:
    start: int
    end: int
    words: str  # as they stand in the text
    kind: str  # the code of the list that names them


@dataclass(frozen=True)
class _Plain:
    """The text as it is compared: small, half-width, without what nobody sees; `at` leads back."""

    text: str
    at: tuple[int, ...]


def findings_in(text: str, lists: Mapping[str, Collection[str]], harmless: Iterable[str] = ()) -> list[Finding]:
    """In the order of the text; of those that lie in one another the longest. `lists`: the phrases of each kind."""
    plain = _plain(text)
    free = [span for phrase in harmless for span in _spans(plain.text, phrase)]
    found = [
        (start, end, kind)
        for kind, phrases in lists.items()
        for phrase in phrases
        for start, end in _of_entry(plain.text, phrase, free)
    ]
    for kind in SIGNS.keys() & lists.keys():
        signs = [each.span(each.lastindex or 0) for each in SIGNS[kind].finditer(plain.text)]
        found += [(*span, kind) for span in signs if not _within(span, free)]
    return [_finding(text, plain, *each) for each in _longest(found)]


def stands_in(text: str, phrases: Iterable[str]) -> bool:
    """One of them is said."""
    plain = _plain(text).text
    return any(True for phrase in phrases for _ in _spans(plain, phrase))


def _of_entry(text: str, entry: str, free: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Where an entry of a list is said; of several words that count together each, if none is missing."""
    spans = [[each for each in _spans(text, part) if not _within(each, free)] for part in entry.split(TOGETHER)]
    return [each for part in spans for each in part] if all(spans) else []


def _spans(text: str, phrase: str) -> Iterator[tuple[int, int]]:
    pattern = _pattern(phrase)
    return (found.span() for found in pattern.finditer(text)) if pattern else iter(())


@lru_cache(2048)
def _pattern(phrase: str) -> re.Pattern[str] | None:
    """Chinese with any spaces between; Latin words whole or in the plural, their spaces however many; None of none."""
    plain = _plain(phrase).text.strip()
    if not plain:
        return None
    body = re.sub(r"(?:\\ )+", r"\\s*", re.escape(plain))
    body = re.sub(r"(?<=[^\x00-\x7f])(?=.)|(?<=.)(?=[^\x00-\x7f])", r"\\s*", body)
    before = r"(?<![a-z0-9])" if _is_latin(plain[0]) else ""
    plural = "(?:e?s)?" if _is_latin(plain[-1]) and plain[-1].isalpha() else ""
    return re.compile(before + body + plural + (r"(?![a-z0-9])" if _is_latin(plain[-1]) else ""))


def _is_latin(letter: str) -> bool:
    return letter.isascii() and letter.isalnum()


def _plain(text: str) -> _Plain:
    kept = [
        (letter, place)
        for place, sign in enumerate(text)
        for letter in unicodedata.normalize("NFKC", sign).lower()
        if unicodedata.category(letter) != "Cf"
    ]
    return _Plain("".join(letter for letter, _ in kept), tuple(place for _, place in kept))


def _within(span: tuple[int, int], others: Iterable[tuple[int, int]]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in others)


def _longest(found: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    kept: list[tuple[int, int, str]] = []
    for start, end, kind in sorted(found, key=lambda each: (each[0], -each[1])):
        if not _within((start, end), [each[:2] for each in kept]):
            kept.append((start, end, kind))
    return kept


def _finding(text: str, plain: _Plain, start: int, end: int, kind: str) -> Finding:
    first, last = plain.at[start], plain.at[end - 1] + 1
    return Finding(first, last, text[first:last], kind)
