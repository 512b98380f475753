"""Tables that people bring, as CSV or Excel: read row by row; broken ones are refused as a whole."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from .csv_lines import csv_lines, delimiter_of, encoding_of
from .unreadable import Fault, UnreadableSheet
from .workbook_parts import LONGEST_CELL
from .workbooks import count_rows, refuse_bomb, rows_of_workbook

HEADING = 1  # the number of its row
MOST_COLUMNS = 200
FIRST_LINES = 2_000  # as many as are read for whoever only looks at the first rows
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
            for _line in csv_lines(self.path, self.encoding, self.delimiter):
                pass

    def count(self) -> int:
        """How many rows there are at most, below the heading; what stands in them is not looked at.

        Raises UnreadableSheet.
        """
        if self.kind == "csv":
            lines = sum(1 for line in csv_lines(self.path, self.encoding, self.delimiter) if any(line))
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
        encoding, is_open_ended = encoding_of(path)
        delimiter = delimiter_of(path, encoding)
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


def _records(
    path: Path, kind: str, encoding: str, delimiter: str, *, only_first: bool = False
) -> Iterator[tuple[int, list[str]]]:
    lines = enumerate(islice(csv_lines(path, encoding, delimiter), FIRST_LINES if only_first else None), start=HEADING)
    sheet_rows = rows_of_workbook(path, most_columns=MOST_COLUMNS, only_first=only_first)
    for number, line in sheet_rows if kind == "xlsx" else lines:
        yield number, [clean_cell(cell) for cell in line]
