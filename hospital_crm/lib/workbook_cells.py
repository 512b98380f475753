"""The cells of a sheet: which text stands where, as somebody would type it."""

from __future__ import annotations

import zipfile
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from .serials import read_number
from .unreadable import Fault, UnreadableSheet
from .workbook_parts import Attributes, Heard

MOST_TEXT, MOST_TEXTS = 128 << 20, 5_000_000  # bytes and number of the texts that cells share
MOST_TOLD = 10_000_000  # elements that say what they are and how they look
MOST_ROWS = 1_048_576  # of Excel


@dataclass(frozen=True)
class Book:
    """Where its parts are, and how its numbers are to be read."""

    sheet: str
    texts: str
    days: frozenset[str]  # the styles in which a number is a day
    counts_from_1904: bool


class Texts(Heard):
    """The texts that cells share, unpacked as far as somebody has asked for them."""

    def __init__(self, archive: zipfile.ZipFile, name: str, most_told: int) -> None:
        super().__init__(archive, name)
        self._most_told = most_told
        self._texts, self._ends = bytearray(), array("Q", [0])

    def __getitem__(self, number: int) -> str:
        while number + 1 >= len(self._ends) and self.feed():
            if self._begun > self._most_told:
                raise UnreadableSheet(Fault.TOO_LARGE)
        if number < 0:
            raise UnreadableSheet(Fault.BROKEN)
        return self._texts[self._ends[number] : self._ends[number + 1]].decode()

    def begin(self, tag: str, attributes: Attributes) -> None:
        if tag == "si":
            self._open()
        else:
            super().begin(tag, attributes)

    def end(self, tag: str) -> None:
        super().end(tag)
        if tag == "si":
            self._texts += "".join(self._heard).encode()
            self._ends.append(len(self._texts))
            if len(self._texts) > MOST_TEXT or len(self._ends) > MOST_TEXTS:
                raise UnreadableSheet(Fault.TOO_LARGE)


class Rows(Heard):
    """The rows of a sheet, as far as they were read and not yet taken."""

    def __init__(self, archive: zipfile.ZipFile, book: Book, texts: Texts | None, most_columns: int) -> None:
        super().__init__(archive, book.sheet)
        self._book, self._shared, self._most = book, texts, most_columns
        self._rows: list[tuple[int, list[str]]] = []
        self._cells: dict[int, str] = {}
        self._number, self._column = 0, -1
        self._kind = self._style = ""
        self.is_over = False

    def take(self) -> Iterator[tuple[int, list[str]]]:
        rows, self._rows = self._rows, []
        yield from rows

    def begin(self, tag: str, attributes: Attributes) -> None:
        if tag == "c":
            place = attributes.get("r")
            self._column = _column_of(place.rstrip("0123456789")) if place else self._column + 1
            self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "")
            self._open()
        elif tag == "row":
            self._number = int(attributes.get("r") or self._number + 1)
            self._cells, self._column = {}, -1
            if not 0 < self._number <= MOST_ROWS:
                raise UnreadableSheet(Fault.BROKEN)
        else:
            super().begin(tag, attributes)

    def end(self, tag: str) -> None:
        if tag == "c":
            if self._heard:
                self._cells[min(self._column, self._most)] = self._value("".join(self._heard))
        elif tag == "row":
            if self._cells:
                self._rows.append((self._number, [self._cells.get(at, "") for at in range(max(self._cells) + 1)]))
        elif tag == "sheetData":
            self.is_over = True
        else:
            super().end(tag)

    def _value(self, text: str) -> str:
        """As somebody would type it."""
        if self._kind == "s":
            if self._shared is None:
                raise UnreadableSheet(Fault.BROKEN)
            return self._shared[int(text)]
        if self._kind == "n":
            return read_number(text, is_day=self._style in self._book.days, from_1904=self._book.counts_from_1904)
        if self._kind == "b":
            return str(text == "1")
        return "" if self._kind == "e" else text


@lru_cache(maxsize=1 << 15)
def _column_of(letters: str) -> int:
    """Of A it is 0, of XFD 16,383."""
    if not (letters.isascii() and letters.isalpha() and len(letters) <= 3):
        raise UnreadableSheet(Fault.BROKEN)
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1
