"""The first sheet of an Excel workbook, row by row.

Strangers wrote it: what is kept of it never grows with where a cell stands, for one may stand by accident in the last
row of the last column; only so much is unpacked as somebody reads.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.parsers import expat

from .serials import is_day
from .unreadable import Fault, UnreadableSheet
from .workbook_cells import MOST_TOLD, Book, Rows, Texts
from .workbook_parts import CHUNK, Described, opened_archive

MOST_UNPACKED = 300 << 20  # bytes; a sheet of 100,000 rows and 20 columns has 80 MB
FIRST_BYTES, FIRST_TOLD = 4 << 20, 3_000_000  # of the sheet, and elements of its texts, for whoever looks at first rows
BROKEN = (zipfile.BadZipFile, zlib.error, expat.ExpatError, OSError, EOFError, LookupError, ValueError, RuntimeError)
LONGEST_END = 64  # bytes
ROW_ENDS = re.compile(rb"</(?:\w+:)?row>")


def refuse_bomb(path: Path) -> None:
    """A workbook is an archive: whether it is whole, and how large it is unpacked, is asked before it is opened.

    Raises UnreadableSheet.
    """
    try:
        with opened_archive(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
                raise UnreadableSheet(Fault.TOO_LARGE)
            if archive.testzip() is not None:  # reads no more than each entry says that it holds
                raise UnreadableSheet(Fault.CUT_OFF)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise UnreadableSheet(Fault.CUT_OFF) from error


def rows_of_workbook(path: Path, *, most_columns: int, only_first: bool = False) -> Iterator[tuple[int, list[str]]]:
    """Each row that holds anything, with its number; whatever stands further to the right stands in one cell more.

    The first ones are those in the beginning of the sheet: whoever looks at them waits for no more. Raises
    UnreadableSheet.
    """
    with _reading(path) as archive:
        book, texts = _opened(archive, FIRST_TOLD if only_first else MOST_TOLD)
        sheet = Rows(archive, book, texts, most_columns)
        for _piece in range(0, FIRST_BYTES if only_first else MOST_UNPACKED, CHUNK):
            if sheet.is_over or not sheet.feed():
                break
            yield from sheet.take()
        yield from sheet.take()


def count_rows(path: Path) -> int:
    """How many there are at most: blank ones may be among them.

    Raises UnreadableSheet.
    """
    with _reading(path) as archive, archive.open(_opened(archive)[0].sheet) as sheet:
        rows, rest = 0, b""
        while chunk := sheet.read(CHUNK):
            piece = rest + chunk
            rows += len(ROW_ENDS.findall(piece))
            unfinished = piece.rfind(b"<", piece.rfind(b">") + 1)
            rest = piece[unfinished:][:LONGEST_END] if unfinished >= 0 else b""
        return rows


@contextmanager
def _reading(path: Path) -> Iterator[zipfile.ZipFile]:
    """Whatever is broken is told as UnreadableSheet."""
    try:
        with opened_archive(path) as archive:
            yield archive
    except UnreadableSheet:
        raise
    except BROKEN as error:
        raise UnreadableSheet(Fault.BROKEN) from error


RELATIONS = {"Relationship": ("Id", "Type", "Target")}
SHEETS = {"workbookPr": ("date1904",), "sheet": ("id",)}
STYLES = {"numFmt": ("numFmtId", "formatCode"), "cellXfs": (), "xf": ("numFmtId",), "/cellXfs": ()}


def _opened(archive: zipfile.ZipFile, most_told: int = MOST_TOLD) -> tuple[Book, Texts | None]:
    (workbook,) = [path for kind, path in _targets(archive, "").values() if kind == "officeDocument"][:1]
    targets, first, counts_from_1904 = _targets(archive, workbook), "", False
    for tag, attributes in Described(archive, workbook, SHEETS).elements:
        if tag == "workbookPr":
            counts_from_1904 = attributes.get("date1904", "0") in ("1", "true")
        elif tag == "sheet" and not first:
            kind, path = targets.get(attributes.get("id", ""), ("", ""))
            first = path if kind == "worksheet" else ""
    if not first:
        raise UnreadableSheet(Fault.BROKEN)
    parts = dict(targets.values())
    days = frozenset(_day_styles(archive, parts["styles"])) if "styles" in parts else frozenset()
    texts = parts.get("sharedStrings", "")
    return Book(first, texts, days, counts_from_1904), Texts(archive, texts, most_told) if texts else None


def _targets(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """What the part refers to, by key: its kind and its name in the archive."""
    folder, name = posixpath.split(part)
    found = {}
    for _tag, told in Described(archive, posixpath.join(folder, "_rels", f"{name}.rels"), RELATIONS).elements:
        path = posixpath.normpath(posixpath.join("/", folder, told.get("Target", ""))).lstrip("/")
        found[told.get("Id", "")] = told.get("Type", "").rpartition("/")[2], path
    return found


def _day_styles(archive: zipfile.ZipFile, part: str) -> Iterator[str]:
    """The numbers of the styles in which a number is shown as a day."""
    formats: dict[str, str] = {}
    styles: list[str] | None = None
    for tag, attributes in Described(archive, part, STYLES).elements:
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
