"""Files with tables: whatever wrote them they are read alike; what is broken, cut off or a bomb is refused."""

import gzip
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from hospital_crm.lib import csv_lines, sheets, workbook_parts, workbooks
from hospital_crm.lib.sheets import clean_cell, open_sheet
from hospital_crm.lib.tables import harmless
from hospital_crm.lib.unreadable import Fault, UnreadableSheet

HEADING, ROW = ["姓名", "电话"], ["张桂兰", "13800001234"]
TEXT = "姓名,电话\n张桂兰,13800001234\n"


def rows(path: Path, kind: str = "csv") -> list[list[str]]:
    sheet = open_sheet(path, kind)
    return [sheet.header, *(row.cells for row in sheet.rows())]


def fault(path: Path, kind: str = "csv") -> Fault:
    with pytest.raises(UnreadableSheet) as unreadable:
        rows(path, kind)
    return unreadable.value.fault


@pytest.fixture
def written(tmp_path: Path) -> Callable[[bytes], Path]:
    def write(content: bytes) -> Path:
        path = tmp_path / "people.csv"
        path.write_bytes(content)
        return path

    return write


Written = Callable[[bytes], Path]


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("gb18030"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace(",", ";").encode(),
        TEXT.replace(",", "\t").encode(),
        TEXT.replace("张桂兰", '"张桂兰"').encode(),
        TEXT.rstrip("\n").encode(),
        (TEXT + ",\n\n").encode(),
    ],
    ids=["utf-8", "with a mark", "gb18030", "crlf", "semicolons", "tabs", "quoted", "no last line end", "blank rows"],
)
def test_text_is_read_whoever_wrote_it(written: Written, content: bytes) -> None:
    assert rows(written(content)) == [HEADING, ROW]


def test_a_character_may_lie_across_two_readings(written: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_lines, "CHUNK", 7)
    for encoding in ("utf-8", "gb18030"):
        assert rows(written((TEXT * 50).encode(encoding)))[:2] == [HEADING, ROW]


def test_a_line_end_inside_quotes_is_part_of_the_cell_and_other_breaks_are_none(written: Written) -> None:
    assert rows(written('a,b\n"x\ny","p\u2028q"\n'.encode()))[1] == ["x\ny", "p\u2028q"]


def test_a_packed_file_is_unpacked_on_the_way(tmp_path: Path) -> None:
    path = tmp_path / "people.csv.gz"
    path.write_bytes(gzip.compress(TEXT.encode()))
    assert rows(path) == [HEADING, ROW]
    path.write_bytes(gzip.compress(TEXT.encode())[:-9])
    assert fault(path) == Fault.BROKEN


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", Fault.EMPTY),
        (b"\n\n", Fault.EMPTY),
        (TEXT.encode()[:-17], Fault.CUT_OFF),  # in the middle of a character
        (b'name,note\nZhang,"begun', Fault.CUT_OFF),
        (b'name,note\nZhang,"so"so"\n', Fault.BROKEN),
        (b"name,phone\xff\xff\n", Fault.TEXT),
        (b"name,name\n1,2\n", Fault.COLUMNS),
        (b"name\0\n", Fault.TEXT),
        (",".join(map(str, range(500))).encode(), Fault.COLUMNS),
    ],
    ids=["empty", "blank", "cut in a character", "cut in quotes", "quotes", "no text", "two of a name", "nul", "many"],
)
def test_text_that_is_no_table_is_refused(written: Written, content: bytes, why: Fault) -> None:
    assert fault(written(content)) == why


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("\x07 张\u202e桂兰\x00", "张桂兰"),
        (harmless("=1+1"), "=1+1"),
        ("'t Hooft", "'t Hooft"),
        ("x" * 9_000, "x" * workbook_parts.LONGEST_CELL),
    ],
)
def test_nothing_unseen_stays_in_a_cell(typed: str, kept: str) -> None:
    assert clean_cell(typed) == kept


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "people.xlsx"
    workbook = xlsxwriter.Workbook(path)
    sheet = workbook.add_worksheet()
    day = workbook.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, ["姓名", "电话", "生日", "到院", "公式"])
    sheet.write_string(1, 0, "张桂兰")
    sheet.write_number(1, 1, 13800001234)
    sheet.write_datetime(1, 2, date(1953, 8, 21), day)
    sheet.write_datetime(1, 3, datetime(2026, 3, 12, 10, 24), day)  # noqa: DTZ001  cells know no zone
    sheet.write_formula(1, 4, "=1+1", value="2")
    workbook.close()
    return path


def test_a_workbook_is_read_as_somebody_would_type_it(book: Path) -> None:
    _heading, row = rows(book, "xlsx")
    assert row[:2] == ROW
    assert row[2].startswith("1953-08-21")
    assert row[3] == "2026-03-12 10:24:00"
    assert row[4] == "2"  # what it came to; nothing is worked out here


def test_a_workbook_that_was_cut_off_is_refused(book: Path) -> None:
    whole = book.read_bytes()
    for length in (len(whole) - 10, len(whole) // 2, 100):
        book.write_bytes(whole[:length])
        assert fault(book, "xlsx") == Fault.CUT_OFF


def test_a_workbook_that_unpacks_without_end_is_refused(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_UNPACKED", 2 << 20)
    with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("sheet1", "sheet2"):
            archive.writestr(f"xl/worksheets/{name}.xml", bytes((1 << 20) + 1))
    assert book.stat().st_size < 1 << 14
    assert fault(book, "xlsx") == Fault.TOO_LARGE


def test_an_archive_that_lies_about_its_size_is_refused(book: Path) -> None:
    content = bytearray(book.read_bytes())
    at = content.rindex(b"PK\x01\x02")
    content[at + 24 : at + 28] = (1).to_bytes(4, "little")  # the size unpacked, as the directory says it
    book.write_bytes(bytes(content))
    assert fault(book, "xlsx") == Fault.CUT_OFF


def test_a_line_without_end_is_refused(written: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_lines, "LONGEST_LINE", 1_000)
    assert fault(written(TEXT.encode() + b"," * 1_001)) == Fault.BROKEN


def test_the_first_rows_are_those_at_the_beginning(written: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "FIRST_LINES", 5)
    sheet = open_sheet(written(TEXT.encode() + b"\n" * 3 + TEXT.encode()), "csv")
    assert [row.number for row in sheet.rows(only_first=True)] == [2]
    assert [row.number for row in sheet.rows()] == [2, 6, 7]
