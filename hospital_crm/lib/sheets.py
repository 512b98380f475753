"""Tables that people bring, as CSV or Excel: read row by row; broken ones are refused as a whole."""

import codecs
import csv
import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any

from .unreadable import Fault, UnreadableSheet
from .workbook_parts import LONGEST_CELL
from .workbooks import count_rows, refuse_bomb, rows_of_workbook

ENCODINGS = ("utf-8-sig", "gb18030")  # with and without a mark; what Chinese spreadsheets wrote before
DELIMITERS = ",;\t"
CHUNK = 1 << 20
HEADING_BYTES = 1 << 16
HEADING = 1  # the number of its row
MOST_COLUMNS = 200
FIRST_LINES = 2_000  # as many as are read for whoever only looks at the first rows
LONGEST_LINE = 4 << 20  # characters
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
MARKED = re.compile(r"'(?=\s*[=+\-@＝＋－＠])")


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
    is_open_ended: bool = False  # nothing ends the last line: it may have been cut off

    def rows(self, *, only_first: bool = False) -> Iterator[Row]:
        """Without the heading and without blank rows; the first ones are those in the beginning of the file, so that
        no blank ones above them cost whoever looks at them anything.

        Raises UnreadableSheet where the file breaks off.
        """
        for number, cells in _records(self.path, self.kind, self.encoding, self.delimiter, only_first=only_first):
            if number > HEADING and any(found := self._below_heading(cells)):
                yield Row(number, found)

    def read_to_the_end(self) -> None:
        """It is known that no line breaks off; a workbook has told so when it was opened.

        Raises UnreadableSheet.
        """
        if self.kind == "csv":
            for _line in _csv(self.path, self.encoding, self.delimiter):
                pass

    def count(self) -> int:
        """How many rows there are at most, below the heading; what stands in them is not looked at.

        Raises UnreadableSheet.
        """
        if self.kind == "csv":
            lines = sum(1 for line in _csv(self.path, self.encoding, self.delimiter) if any(line))
        else:
            lines = count_rows(self.path)
        return max(0, lines - 1)

    def _below_heading(self, cells: list[str]) -> list[str]:
        """A workbook keeps no blank cells, and a stray one far off the table is none of the table's."""
        if self.kind == "csv":
            return cells
        width = len(self.header)
        return cells[:width] + [""] * (width - len(cells))


def open_sheet(path: Path, kind: str) -> Sheet:
    """The first sheet of the file; `.gz` is unpacked on the way.

    Raises UnreadableSheet.
    """
    encoding, delimiter, is_open_ended = "", "", False
    if kind == "csv":
        encoding, is_open_ended = _encoding_of(path)
        delimiter = _delimiter_of(path, encoding)
    else:
        refuse_bomb(path)
    number, header = next(_records(path, kind, encoding, delimiter, only_first=True), (HEADING, []))
    if number != HEADING or not any(header):
        raise UnreadableSheet(Fault.EMPTY)
    named = [name for name in header if name]
    if len(header) > MOST_COLUMNS or len(set(named)) != len(named):
        raise UnreadableSheet(Fault.COLUMNS)
    return Sheet(path, kind, encoding, delimiter, header, is_open_ended)


def clean_cell(text: str) -> str:
    """Without what nobody can see and what would steer a terminal; the mark before a would-be formula is none of it."""
    return MARKED.sub("", CONTROL.sub("", text).strip(), count=1)[:LONGEST_CELL]


def _open(path: Path) -> IO[bytes]:
    return gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")  # type: ignore[return-value]


def _encoding_of(path: Path) -> tuple[str, bool]:
    """The first one in which every byte has a meaning, and whether the last line has no end."""
    for encoding in ENCODINGS:
        try:
            end = _decode(path, encoding)
        except UnicodeDecodeError as error:
            if error.reason == "unexpected end of data" and encoding == ENCODINGS[0]:
                raise UnreadableSheet(Fault.CUT_OFF) from error
        except (OSError, EOFError) as error:
            raise UnreadableSheet(Fault.BROKEN) from error
        else:
            return encoding, end != "\n"
    raise UnreadableSheet(Fault.TEXT)


def _decode(path: Path, encoding: str) -> str:
    """The last character."""
    decoder, end = codecs.getincrementaldecoder(encoding)(), ""
    with _open(path) as raw:
        while chunk := raw.read(CHUNK):
            text = decoder.decode(chunk)
            if "\0" in text:
                raise UnreadableSheet(Fault.TEXT)
            end = text[-1:] or end
    decoder.decode(b"", final=True)
    return end


def _delimiter_of(path: Path, encoding: str) -> str:
    """Whichever stands in the heading most often."""
    with _open(path) as raw:
        start = codecs.getincrementaldecoder(encoding)().decode(raw.read(HEADING_BYTES))
    heading = start.partition("\n")[0]
    return max(DELIMITERS, key=heading.count)


def _records(
    path: Path, kind: str, encoding: str, delimiter: str, *, only_first: bool = False
) -> Iterator[tuple[int, list[str]]]:
    csv_lines = enumerate(islice(_csv(path, encoding, delimiter), FIRST_LINES if only_first else None), start=HEADING)
    sheet_rows = rows_of_workbook(path, most_columns=MOST_COLUMNS, only_first=only_first)
    for number, line in sheet_rows if kind == "xlsx" else csv_lines:
        yield number, [clean_cell(cell) for cell in line]


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
        if len(rest) > LONGEST_LINE:
            raise UnreadableSheet(Fault.BROKEN)
        yield from (f"{line}\n" for line in whole)
    if rest:
        yield rest
