"""Tables that people bring, as CSV or Excel: read row by row; broken ones are refused as a whole."""

import codecs
import csv
import gzip
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import IO, Any

from python_calamine import CalamineError, CalamineWorkbook

ENCODINGS = ("utf-8-sig", "gb18030")  # with and without a mark; what Chinese spreadsheets wrote before
DELIMITERS = ",;\t"
CHUNK = 1 << 20
HEADING_BYTES = 1 << 16
MOST_UNPACKED = 300 << 20  # bytes; a sheet of 100,000 rows and 20 columns has 80 MB
MOST_COLUMNS = 200
LONGEST_CELL = 5_000  # characters
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
MARKED = re.compile(r"'(?=\s*[=+\-@＝＋－＠])")


class Fault(Enum):
    """Why a file cannot be read."""

    TEXT = "text"
    CUT_OFF = "cut_off"
    BROKEN = "broken"
    TOO_LARGE = "too_large"
    EMPTY = "empty"
    COLUMNS = "columns"


class UnreadableSheet(ValueError):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True)
class Row:
    """`number` as a spreadsheet counts: the heading is row 1."""

    number: int
    cells: list[str]


@dataclass(frozen=True)
class Sheet:
    """A table in a file: its heading, and its rows each time anew."""

    path: Path
    kind: str  # csv or xlsx
    encoding: str
    delimiter: str
    header: list[str]

    def rows(self) -> Iterator[Row]:
        """Without the heading and without blank rows.

        Raises UnreadableSheet where the file breaks off.
        """
        lines = _records(self.path, self.kind, self.encoding, self.delimiter)
        next(lines, None)
        for number, cells in enumerate(lines, start=2):
            if any(cells):
                yield Row(number, cells)


def open_sheet(path: Path, kind: str) -> Sheet:
    """The first sheet of the file; `.gz` is unpacked on the way.

    Raises UnreadableSheet.
    """
    encoding = delimiter = ""
    if kind == "csv":
        encoding = _encoding_of(path)
        delimiter = _delimiter_of(path, encoding)
    else:
        _refuse_bomb(path)
    header = next(_records(path, kind, encoding, delimiter), [])
    if not any(header):
        raise UnreadableSheet(Fault.EMPTY)
    named = [name for name in header if name]
    if len(header) > MOST_COLUMNS or len(set(named)) != len(named):
        raise UnreadableSheet(Fault.COLUMNS)
    return Sheet(path, kind, encoding, delimiter, header)


def clean_cell(text: str) -> str:
    """Without what nobody can see and what would steer a terminal; the mark before a would-be formula is none of it."""
    return MARKED.sub("", CONTROL.sub("", text).strip(), count=1)[:LONGEST_CELL]


def _open(path: Path) -> IO[bytes]:
    return gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")  # type: ignore[return-value]


def _encoding_of(path: Path) -> str:
    """The first one in which every byte has a meaning."""
    for encoding in ENCODINGS:
        try:
            _decode(path, encoding)
        except UnicodeDecodeError as error:
            if error.reason == "unexpected end of data" and encoding == ENCODINGS[0]:
                raise UnreadableSheet(Fault.CUT_OFF) from error
        except (OSError, EOFError) as error:
            raise UnreadableSheet(Fault.BROKEN) from error
        else:
            return encoding
    raise UnreadableSheet(Fault.TEXT)


def _decode(path: Path, encoding: str) -> None:
    decoder = codecs.getincrementaldecoder(encoding)()
    with _open(path) as raw:
        while chunk := raw.read(CHUNK):
            if "\0" in decoder.decode(chunk):
                raise UnreadableSheet(Fault.TEXT)
    decoder.decode(b"", final=True)


def _delimiter_of(path: Path, encoding: str) -> str:
    """Whichever stands in the heading most often."""
    with _open(path) as raw:
        start = codecs.getincrementaldecoder(encoding)().decode(raw.read(HEADING_BYTES))
    heading = start.partition("\n")[0]
    return max(DELIMITERS, key=heading.count)


def _records(path: Path, kind: str, encoding: str, delimiter: str) -> Iterator[list[str]]:
    lines = _excel(path) if kind == "xlsx" else _csv(path, encoding, delimiter)
    for line in lines:
        yield [clean_cell(cell) for cell in line]


def _csv(path: Path, encoding: str, delimiter: str) -> Iterator[list[str]]:
    with _open(path) as raw:
        text = codecs.getreader(encoding)(raw)
        try:
            yield from csv.reader(_lines(text), delimiter=delimiter, strict=True)
        except csv.Error as error:
            cut = "unexpected end of data" in str(error)
            raise UnreadableSheet(Fault.CUT_OFF if cut else Fault.BROKEN) from error


def _lines(text: Any) -> Iterator[str]:
    """As they stand in the file: `readline` of a codec would also break at other characters than the end of a line."""
    rest = ""
    while chunk := text.read(CHUNK):
        *whole, rest = (rest + chunk).split("\n")
        yield from (f"{line}\n" for line in whole)
    if rest:
        yield rest


def _excel(path: Path) -> Iterator[list[str]]:
    try:
        book = CalamineWorkbook.from_path(str(path))
        rows = book.get_sheet_by_index(0).iter_rows()
        for row in rows:
            yield [_text(value) for value in row]
    except (CalamineError, OSError, IndexError) as error:
        raise UnreadableSheet(Fault.BROKEN) from error


def _text(value: Any) -> str:
    """As somebody would type it: numbers without an empty fraction, days as 2026-03-12."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return value.isoformat() if isinstance(value, date) else str(value)


def _refuse_bomb(path: Path) -> None:
    """An Excel file is an archive: whether it is whole, and how large it is unpacked, is asked before it is opened."""
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
                raise UnreadableSheet(Fault.TOO_LARGE)
            if archive.testzip() is not None:  # reads no more than each entry says that it holds
                raise UnreadableSheet(Fault.CUT_OFF)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise UnreadableSheet(Fault.CUT_OFF) from error
