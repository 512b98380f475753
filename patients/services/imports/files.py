"""The file of an import as a table: opened once to know it, later by what is known of it."""

from collections.abc import Iterator
from pathlib import Path

from hospital_crm.lib.sheets import Row, Sheet, open_sheet
from hospital_crm.lib.unreadable import UnreadableSheet
from jobs.models import StoredFile
from patients.models import Import

from .faults import error_of


def open_file(path: Path, kind: str) -> Sheet:
    """A table that does not break off.

    Raises an error of `faults`.
    """
    try:
        sheet = open_sheet(path, kind)
        sheet.read_to_the_end()
    except UnreadableSheet as unreadable:
        raise error_of(unreadable) from unreadable
    return sheet


def sheet_of(run: Import, file: StoredFile) -> Sheet:
    """The table as it was known when it was brought; nothing is read for it."""
    path = Path(file.content.path)
    if file.kind == StoredFile.Kind.CSV and not run.encoding:  # brought before that was written down
        return open_file(path, file.kind)
    return Sheet(path, file.kind, run.encoding, run.delimiter, run.header, run.is_open_ended)


def rows_of(sheet: Sheet) -> Iterator[Row]:
    """Raises an error of `faults` where the file breaks off, or is there no more."""
    try:
        yield from sheet.rows()
    except UnreadableSheet as unreadable:
        raise error_of(unreadable) from unreadable


def count_rows(sheet: Sheet) -> int:
    """How many there are at most. Raises an error of `faults`."""
    try:
        return sheet.count()
    except UnreadableSheet as unreadable:
        raise error_of(unreadable) from unreadable
