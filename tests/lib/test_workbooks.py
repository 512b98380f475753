"""Workbooks whoever wrote them: read row by row, so that no cell and no trick of a file costs more than the file."""

import struct
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from hospital_crm.lib import workbook_cells, workbook_parts, workbooks
from hospital_crm.lib.sheets import Row, open_sheet
from hospital_crm.lib.unreadable import Fault, UnreadableSheet
from tests.lib.books import PARTS, book, cell, sheet, with_stray_cell

HEADING = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
WEIGHED = """
import re, sys
from pathlib import Path
from hospital_crm.lib.sheets import open_sheet
def most():
    return int(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1])
before = most()
for path in sys.argv[1:]:
    print(len([*open_sheet(Path(path), "xlsx").rows()]))
print(most() - before)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "people.xlsx"


def rows(path: Path) -> list[Row]:
    return list(open_sheet(path, "xlsx").rows())


def fault(path: Path) -> Fault:
    with pytest.raises(UnreadableSheet) as unreadable:
        rows(path)
    return unreadable.value.fault


def test_a_stray_cell_costs_nothing(tmp_path: Path) -> None:
    places = ["XFD1048576", "AA200000", "C3", "B1048576"]  # the last one below the table, and so a row of it
    paths = [with_stray_cell(tmp_path / f"{place}.xlsx", place) for place in places]
    told = subprocess.run([sys.executable, "-c", WEIGHED, *paths], capture_output=True, text=True, check=True)
    *found, kilobytes = map(int, told.stdout.split())
    assert found == [2, 2, 2, 3]
    assert kilobytes < 20 << 10


def test_what_stands_beside_the_table_is_none_of_it(path: Path) -> None:
    assert rows(with_stray_cell(path, "XFD1048576")) == [Row(2, ["1", "张桂兰"]), Row(3, ["2", "何建平"])]


def test_more_columns_than_anybody_needs_are_refused(path: Path) -> None:
    book(path, sheet(f'<row r="1">{cell("A1", "id")}{cell("XFD1", "far")}</row>'))
    assert fault(path) == Fault.COLUMNS


def test_a_heading_further_down_is_none(path: Path) -> None:
    assert fault(book(path, sheet(f'<row r="3">{cell("A3", "id")}</row>'))) == Fault.EMPTY


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ('<c t="s"><v>1</v></c>', "张桂兰"),  # in two parts, and how it is spoken
        ('<c t="str"><f>A1&amp;"x"</f><v>姓名x</v></c>', "姓名x"),
        ("<c><v>1.3800001234E10</v></c>", "13800001234"),
        ("<c><v>0.10</v></c>", "0.1"),
        ('<c s="1"><v>19592</v></c>', "1953-08-21"),
        ('<c s="2"><v>46093.4333333</v></c>', "2026-03-12 10:24:00"),
        ('<c s="1"><v>59</v></c>', "1900-02-28"),
        ('<c s="1"><v>0.5</v></c>', "12:00:00"),
        ('<c s="3"><v>19592</v></c>', "19592"),  # the d is quoted
        ('<c s="1"><v>-1</v></c>', "-1"),
        ('<c s="1"><v>1E300</v></c>', str(int(1e300))),
        ('<c t="b"><v>1</v></c>', "True"),
        ('<c t="e"><v>#N/A</v></c>', ""),
        ('<c t="d"><v>1953-08-21</v></c>', "1953-08-21"),
        ("<c><v>soon</v></c>", "soon"),
    ],
)
def test_a_cell_is_read_as_somebody_would_type_it(path: Path, written: str, read: str) -> None:
    heading = f'<row r="1">{cell("A1", "a")}{cell("B1", "b")}</row>'
    book(path, sheet(heading, f"<row>{written}<c><v>1</v></c></row>"))
    assert rows(path) == [Row(2, [read, "1"])]


def test_days_are_counted_from_1904_where_the_book_says_so(path: Path) -> None:
    parts = PARTS["xl/workbook.xml"].replace("<sheets>", '<workbookPr date1904="1"/><sheets>')
    book(path, sheet(HEADING, '<row><c s="1"><v>18130</v></c></row>'), workbook=parts)
    assert rows(path) == [Row(2, ["1953-08-21"])]


def test_names_may_carry_a_prefix(path: Path) -> None:
    text = sheet(HEADING, f"<row>{cell('A2', '何建平')}</row>")
    prefixed = text.replace("</", "</x:").replace("<", "<x:").replace("<x:/x:", "</x:").replace("xmlns=", "xmlns:x=")
    assert rows(book(path, prefixed)) == [Row(2, ["何建平"])]
    assert open_sheet(path, "xlsx").count() == 1


def test_only_so_much_is_unpacked_as_is_asked_for(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_parts, "CHUNK", 200)
    texts = "".join(f"<si><t>患者{n}</t></si>" for n in range(5_000))
    body = [f'<row><c t="s"><v>{n}</v></c></row>' for n in range(5_000)]
    book(path, sheet(*body), sharedStrings=f"<sst>{texts}</sst>")
    read: list[workbook_parts.Part] = []
    feed = workbook_parts.Part.feed

    def counted(part: workbook_parts.Part) -> bool:
        read.append(part)
        return feed(part)

    monkeypatch.setattr(workbook_parts.Part, "feed", counted)
    assert next(open_sheet(path, "xlsx").rows()).cells == ["患者1"]
    assert len(read) < 100


ENTITY = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>'


@pytest.mark.parametrize(
    ("text", "parts", "why"),
    [
        (ENTITY + sheet(HEADING), {}, Fault.BROKEN),
        (sheet(HEADING), {"styles": f"{ENTITY}<styleSheet/>"}, Fault.BROKEN),
        (sheet(HEADING)[:-30], {}, Fault.BROKEN),
        (sheet(f'<row r="1"><c r="A1" a="{"a" * (2 << 20)}"/></row>'), {}, Fault.BROKEN),
        (sheet('<row r="1"><c t="s"><v>7</v></c></row>'), {}, Fault.BROKEN),
        (sheet('<row r="1"><c t="s"><v>-1</v></c></row>'), {}, Fault.BROKEN),
        (sheet('<row r="1"><c r="#1"><v>7</v></c></row>'), {}, Fault.BROKEN),
        (sheet(HEADING, '<row r="9999999"><c><v>7</v></c></row>'), {}, Fault.BROKEN),
        (sheet(HEADING), {"workbook": "<workbook/>"}, Fault.BROKEN),
        (sheet(HEADING), {"workbook.xml": "<Relationships/>"}, Fault.BROKEN),
        (sheet(HEADING), {"styles": " " * (9 << 20)}, Fault.TOO_LARGE),
        (sheet("<a>" * 100, HEADING, "</a>" * 100), {}, Fault.BROKEN),
    ],
    ids=[
        *("entities", "entities elsewhere", "cut off", "one endless element", "text that there is not"),
        *("text before the first", "no place", "row that there is not", "no sheet", "nothing leads to it"),
        *("styles", "deeper than anything"),
    ],
)
def test_what_is_broken_or_meant_to_do_harm_is_refused(
    path: Path, text: str, parts: dict[str, str], why: Fault
) -> None:
    assert fault(book(path, text, **parts)) == why


@pytest.mark.parametrize(
    ("texts", "limit"),
    [
        ("<si/>" * 20, (workbook_cells, "MOST_TEXTS")),
        ("<si><a/><a/><a/><a/></si>" * 20, (workbooks, "FIRST_TOLD")),
    ],
    ids=["texts", "what is said of them"],
)
def test_texts_that_would_fill_the_memory_are_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch, texts: str, limit: tuple[ModuleType, str]
) -> None:
    monkeypatch.setattr(*limit, 10)
    monkeypatch.setattr(workbook_parts, "CHUNK", 50)
    many = f"<sst>{texts}</sst>"
    assert fault(book(path, sheet('<row r="1"><c t="s"><v>15</v></c></row>'), sharedStrings=many)) == Fault.TOO_LARGE


def test_styles_without_end_are_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_parts, "MOST_WANTED", 10)
    few, many = (f"<styleSheet><cellXfs>{'<xf/>' * count}</cellXfs></styleSheet>" for count in (8, 11))
    assert rows(book(path, sheet(HEADING), styles=few)) == []
    assert fault(book(path, sheet(HEADING), styles=many)) == Fault.TOO_LARGE


ATTRIBUTES = "".join(f' a{rank}=""' for rank in range(1_000))


@pytest.mark.parametrize(
    "unasked", ['<a b="c"/>' * 150_000, f"<xf{ATTRIBUTES}/>" * 900], ids=["elements", "attributes"]
)
def test_what_nobody_asks_for_fills_no_memory(path: Path, unasked: str) -> None:
    styles = f"<styleSheet><cellXfs>{unasked}</cellXfs></styleSheet>"
    told = subprocess.run(
        [sys.executable, "-c", WEIGHED, book(path, sheet(HEADING), styles=styles)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(told.stdout.split()[-1]) < 20 << 10  # kilobytes


def test_an_archive_of_more_parts_than_any_workbook_has_is_refused(path: Path) -> None:
    book(path, sheet(HEADING))
    whole = path.read_bytes()
    *_before, size, start, comment = struct.unpack("<4s4HIIH", whole[-22:])
    nothing = b"PK\x01\x02" + bytes(24) + struct.pack("<H", 1) + bytes(16) + b"x"  # the entry of an empty part
    many = nothing * 50_000
    end = struct.pack("<4s4HIIH", b"PK\x05\x06", 0, 0, 65_535, 65_535, size + len(many), start, comment)
    path.write_bytes(whole[:-22] + many + end)
    assert fault(path) == Fault.TOO_LARGE


def test_nobody_waits_for_rows_that_come_after_an_age(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_parts, "CHUNK", 50)
    monkeypatch.setattr(workbooks, "CHUNK", 50)
    monkeypatch.setattr(workbooks, "FIRST_BYTES", 1_000)
    below = f"<row>{cell('A2', '何建平')}</row>"
    found = open_sheet(book(path, sheet(HEADING, "<row/>" * 1_000, below)), "xlsx")
    assert not list(found.rows(only_first=True))
    assert [row.number for row in found.rows()] == [1_002]
    assert fault(book(path, sheet("<row/>" * 1_000, HEADING))) == Fault.EMPTY
