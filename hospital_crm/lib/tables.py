"""Rows as files that spreadsheets open: CSV and Excel, neither with a cell that would be run."""

import csv
from collections.abc import Iterable, Sequence
from typing import IO, Protocol

import xlsxwriter

UTF8_MARK = b"\xef\xbb\xbf"  # spreadsheets read UTF-8 only with a mark
# A spreadsheet would run such a cell; some would after white space too.
FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
BROKEN_STARTS = ("\t", "\r", "\n")
WIDEST_CELL = 32_767  # characters that Excel holds in one
LONGEST_SHEET = 1_048_576  # rows that Excel holds on one


class TableFile(Protocol):
    """A file to which rows are written as they come."""

    def write(self, rows: Iterable[Sequence[str]]) -> None: ...

    def close(self) -> None: ...


class CsvFile:
    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        raw.write(UTF8_MARK)

    def write(self, rows: Iterable[Sequence[str]]) -> None:
        self._raw.write(csv_lines(rows))

    def close(self) -> None:
        """The bytes are there already."""


class ExcelFile:
    """Row after row, each forgotten once it is written: a year of calls needs no more memory than a day.

    What does not fit on one sheet goes on to the next one, under the same heading.
    """

    def __init__(self, raw: IO[bytes], folder: str | None = None) -> None:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "in_memory": False}
        self._book = xlsxwriter.Workbook(raw, {**options, "tmpdir": folder})
        self._heading: Sequence[str] | None = None
        self._row = LONGEST_SHEET

    def write(self, rows: Iterable[Sequence[str]]) -> None:
        for row in rows:
            if self._row >= LONGEST_SHEET:
                self._turn_over()
            if self._heading is None:
                self._heading = row
            self._put(row)

    def _turn_over(self) -> None:
        self._sheet, self._row = self._book.add_worksheet(), 0
        if self._heading is not None:
            self._put(self._heading)

    def _put(self, row: Sequence[str]) -> None:
        for column, text in enumerate(row):
            self._sheet.write_string(self._row, column, text[:WIDEST_CELL])
        self._row += 1

    def close(self) -> None:
        self._book.close()


def table_file(kind: str, raw: IO[bytes], folder: str | None = None) -> TableFile:
    """A writer for the ending: csv or xlsx; what Excel's needs beside the file until it is closed is in the folder."""
    return ExcelFile(raw, folder) if kind == "xlsx" else CsvFile(raw)


def csv_lines(rows: Iterable[Sequence[str]]) -> bytes:
    text = _Text()
    csv.writer(text).writerows([[harmless(cell) for cell in row] for row in rows])
    return "".join(text).encode()


def harmless(cell: str) -> str:
    """With a mark before what a spreadsheet would take for a formula."""
    is_run = cell.startswith(BROKEN_STARTS) or cell.lstrip().startswith(FORMULA_STARTS)
    return f"'{cell}" if is_run else cell


class _Text(list[str]):
    """What csv.writer writes into."""

    def write(self, line: str) -> None:
        self.append(line)
