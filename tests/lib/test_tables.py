"""Rows as a file that Excel opens, however many there are."""

import io
import zipfile
from xml.etree import ElementTree

import pytest

from hospital_crm.lib.tables import table_file

EXCEL = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.mark.parametrize(
    ("count", "sheets"),
    [(0, [["No."]]), (2, [["No.", "1", "2"]]), (3, [["No.", "1", "2"], ["No.", "3"]])],
)
def test_what_is_more_than_a_sheet_holds_goes_on_under_the_same_heading(
    monkeypatch: pytest.MonkeyPatch, count: int, sheets: list[list[str]]
) -> None:
    monkeypatch.setattr("hospital_crm.lib.tables.LONGEST_SHEET", 3)
    raw = io.BytesIO()
    table = table_file("xlsx", raw)
    table.write([["No."]])
    for number in range(1, count + 1):
        table.write([[str(number)]])
    table.close()
    book = zipfile.ZipFile(raw)
    names = sorted(name for name in book.namelist() if name.startswith("xl/worksheets/"))
    found = [ElementTree.fromstring(book.read(name)).iter(f"{EXCEL}row") for name in names]
    assert [["".join(row.itertext()) for row in rows] for rows in found] == sheets
