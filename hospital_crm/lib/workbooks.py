"""The first sheet of an Excel workbook, row by row.

Strangers wrote it: what is kept of it never grows with where a cell stands, for one may stand by accident in the last
row of the last column; only so much is unpacked as somebody reads.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.parsers import expat

from .serials import is_day, read_number
from .unreadable import Fault, UnreadableSheet

CHUNK = 1 << 16
MOST_UNPACKED = 300 << 20  # bytes; a sheet of 100,000 rows and 20 columns has 80 MB
MOST_WITHOUT_ELEMENT = 1 << 20  # bytes; the longest cell of Excel has 32,767 characters
MOST_DESCRIBED = 16 << 20  # bytes of a part that says how the others are to be read
MOST_TEXT, MOST_TEXTS = 128 << 20, 5_000_000  # bytes and number of the texts that cells share
MOST_ROWS = 1_048_576  # of Excel
LONGEST_CELL = 5_000  # characters
BROKEN = (zipfile.BadZipFile, zlib.error, expat.ExpatError, OSError, EOFError, LookupError, ValueError, RuntimeError)
LONGEST_END = 64  # bytes
ROW_ENDS = re.compile(rb"</(?:\w+:)?row>")
Attributes = dict[str, str]


def refuse_bomb(path: Path) -> None:
    """A workbook is an archive: whether it is whole, and how large it is unpacked, is asked before it is opened.

    Raises UnreadableSheet.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
                raise UnreadableSheet(Fault.TOO_LARGE)
            if archive.testzip() is not None:  # reads no more than each entry says that it holds
                raise UnreadableSheet(Fault.CUT_OFF)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise UnreadableSheet(Fault.CUT_OFF) from error


def rows_of_workbook(path: Path, *, most_columns: int) -> Iterator[tuple[int, list[str]]]:
    """Each row that holds anything, with its number; whatever stands further to the right stands in one cell more.

    Raises UnreadableSheet.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            sheet = _Rows(archive, *_opened(archive), most_columns)
            while not sheet.is_over and sheet.feed():
                yield from sheet.take()
            yield from sheet.take()
    except UnreadableSheet:
        raise
    except BROKEN as error:
        raise UnreadableSheet(Fault.BROKEN) from error


def count_rows(path: Path) -> int:
    """How many there are at most: blank ones may be among them.

    Raises UnreadableSheet.
    """
    try:
        with zipfile.ZipFile(path) as archive, archive.open(_opened(archive)[0].sheet) as sheet:
            rows, rest = 0, b""
            while chunk := sheet.read(CHUNK):
                piece = rest + chunk
                rows += len(ROW_ENDS.findall(piece))
                unfinished = piece.rfind(b"<", piece.rfind(b">") + 1)
                rest = piece[unfinished:][:LONGEST_END] if unfinished >= 0 else b""
            return rows
    except UnreadableSheet:
        raise
    except BROKEN as error:
        raise UnreadableSheet(Fault.BROKEN) from error


class _Part:
    """A part of the archive, read piece by piece: whoever reads it hears of its elements."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self._source = archive.open(name)
        self._parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = _refuse_doctype
        self._begun = self._silent = 0

    def feed(self) -> bool:
        """A piece more was read; False at the end."""
        begun, chunk = self._begun, self._source.read(CHUNK)
        self._parser.Parse(chunk, not chunk)
        self._silent = self._silent + len(chunk) if begun == self._begun else 0
        if self._silent > MOST_WITHOUT_ELEMENT:
            raise UnreadableSheet(Fault.BROKEN)
        return bool(chunk)

    def read_all(self) -> None:
        while self.feed():
            pass

    def _begin(self, tag: str, attributes: Attributes) -> None:
        self._begun += 1
        self.begin(tag.rpartition(":")[2], attributes)

    def _end(self, tag: str) -> None:
        self.end(tag.rpartition(":")[2])

    def _hear(self, hears: Callable[[str], Any] | None) -> None:
        self._parser.CharacterDataHandler = hears

    def begin(self, tag: str, attributes: Attributes) -> None: ...

    def end(self, tag: str) -> None: ...


def _refuse_doctype(*_declared: object) -> None:
    """No workbook has one, and with it could come entities without end."""
    raise UnreadableSheet(Fault.BROKEN)


class _Described(_Part):
    """The elements of a small part, all of them."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        if archive.getinfo(name).file_size > MOST_DESCRIBED:
            raise UnreadableSheet(Fault.TOO_LARGE)
        self.elements: list[tuple[str, Attributes]] = []
        super().__init__(archive, name)
        self.read_all()

    def begin(self, tag: str, attributes: Attributes) -> None:
        self.elements.append((tag, attributes))

    def end(self, tag: str) -> None:
        self.elements.append((f"/{tag}", {}))


@dataclass(frozen=True)
class _Book:
    """Where its parts are, and how its numbers are to be read."""

    sheet: str
    texts: str
    days: frozenset[str]  # the styles in which a number is a day
    counts_from_1904: bool


def _opened(archive: zipfile.ZipFile) -> tuple[_Book, _Texts | None]:
    (workbook,) = [path for kind, path in _targets(archive, "").values() if kind == "officeDocument"][:1]
    targets, first, counts_from_1904 = _targets(archive, workbook), "", False
    for tag, attributes in _Described(archive, workbook).elements:
        if tag == "workbookPr":
            counts_from_1904 = attributes.get("date1904", "0") in ("1", "true")
        elif tag == "sheet" and not first:
            key = next((value for name, value in attributes.items() if name.endswith(":id")), "")
            kind, path = targets.get(key, ("", ""))
            first = path if kind == "worksheet" else ""
    if not first:
        raise UnreadableSheet(Fault.BROKEN)
    parts = dict(targets.values())
    days = frozenset(_day_styles(archive, parts["styles"])) if "styles" in parts else frozenset()
    texts = parts.get("sharedStrings", "")
    return _Book(first, texts, days, counts_from_1904), _Texts(archive, texts) if texts else None


def _targets(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """What the part refers to, by key: its kind and its name in the archive."""
    folder, name = posixpath.split(part)
    found = {}
    for tag, attributes in _Described(archive, posixpath.join(folder, "_rels", f"{name}.rels")).elements:
        if tag == "Relationship":
            path = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", ""))).lstrip("/")
            found[attributes.get("Id", "")] = attributes.get("Type", "").rpartition("/")[2], path
    return found


def _day_styles(archive: zipfile.ZipFile, part: str) -> Iterator[str]:
    """The numbers of the styles in which a number is shown as a day."""
    formats: dict[str, str] = {}
    styles: list[str] | None = None
    for tag, attributes in _Described(archive, part).elements:
        if tag == "numFmt":
            formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            styles = []
        elif tag == "xf" and styles is not None:
            styles.append(attributes.get("numFmtId", ""))
        elif tag == "/cellXfs":
            break
    for number, key in enumerate(styles or ()):
        if is_day(key, formats.get(key, "")):
            yield str(number)


class _Heard(_Part):
    """Texts: those in `t` and `v`, but for how a word is spoken."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        super().__init__(archive, name)
        self._heard: list[str] = []
        self._is_spoken = False
        self._left = 0

    def begin(self, tag: str, attributes: Attributes) -> None:
        if tag == "rPh":
            self._is_spoken = True
        elif tag in ("t", "v") and not self._is_spoken:
            self._hear(self._keep)

    def end(self, tag: str) -> None:
        if tag == "rPh":
            self._is_spoken = False
        elif tag in ("t", "v"):
            self._hear(None)

    def _keep(self, text: str) -> None:
        if self._left > 0:
            self._heard.append(text[: self._left])
            self._left -= len(text)

    def _open(self) -> None:
        self._heard, self._left = [], LONGEST_CELL


class _Texts(_Heard):
    """The texts that cells share, unpacked as far as somebody has asked for them."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        super().__init__(archive, name)
        self._texts, self._ends = bytearray(), array("Q", [0])

    def __getitem__(self, number: int) -> str:
        while number + 1 >= len(self._ends) and self.feed():
            pass
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


class _Rows(_Heard):
    """The rows of a sheet, as far as they were read and not yet taken."""

    def __init__(self, archive: zipfile.ZipFile, book: _Book, texts: _Texts | None, most_columns: int) -> None:
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
