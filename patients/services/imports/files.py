"""The file of an import as a table: opened once to know it, later by what is known of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hospital_crm.lib.sheets import Row, Sheet, open_sheet
from hospital_crm.lib.unreadable import UnreadableSheet
from jobs.models import StoredFile
from patients.models import Import

from .faults import ImportFileBroken, error_of


def open_file(path: Path, kind: str) -> Sheet:
    """A table that does not break off.

    Raises an error of `faults`.
    """
    with _told_in_words():
        sheet = open_sheet(path, kind)
        sheet.read_to_the_end()
        return sheet


def sheet_of(run: Import, file: StoredFile) -> Sheet:
    """The table as it was known when it was brought; nothing is read for it."""
    path = Path(file.content.path)
    if file.kind == StoredFile.Kind.CSV and not run.encoding:  # brought before that was written down
        return open_file(path, file.kind)
    return Sheet(path, file.kind, run.encoding, run.delimiter, run.header, run.is_open_ended)


def rows_of(sheet: Sheet, *, only_first: bool = False) -> Iterator[Row]:
    """Raises an error of `faults` where the file breaks off, or is there no more."""
    with _told_in_words():
        yield from sheet.rows(only_first=only_first)


def count_rows(sheet: Sheet) -> int:
    """How many there are at most. Raises an error of `faults`."""
    with _told_in_words():
        return sheet.count()


@contextmanager
def _told_in_words() -> Iterator[None]:
    try:
        yield
    except UnreadableSheet as unreadable:
        raise error_of(unreadable) from unreadable
    except (OSError, UnicodeDecodeError) as error:
        raise ImportFileBroken from error
