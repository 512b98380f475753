"""Workbooks part by part, as other programs write them, or as somebody who means harm does."""

import zipfile
from pathlib import Path

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def relation(key: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{target}"/>'


PARTS = {
    "_rels/.rels": f"<Relationships>{relation('r1', 'officeDocument', 'xl/workbook.xml')}</Relationships>",
    "xl/workbook.xml": f'<workbook xmlns:r="{OFFICE}"><sheets><sheet sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": "<Relationships>"
    + relation("r1", "worksheet", "/xl/worksheets/sheet1.xml")
    + relation("r2", "sharedStrings", "sharedStrings.xml")
    + relation("r3", "styles", "styles.xml")
    + "</Relationships>",
    "xl/styles.xml": '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/>'
    '<numFmt numFmtId="165" formatCode="[Red]0.00&quot;d&quot;"/></numFmts><cellStyleXfs><xf numFmtId="14"/>'
    '</cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs>'
    "</styleSheet>",
    "xl/sharedStrings.xml": "<sst><si><t>姓名</t></si>"
    "<si><r><t>张</t></r><r><t>桂兰</t></r><rPh><t>zhang</t></rPh></si></sst>",
}


def cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def sheet(*rows: str) -> str:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(rows)}</sheetData></worksheet>'


def book(path: Path, rows: str, **parts: str) -> Path:
    """`rows` is the part of the sheet; `parts` by their names without folder and ending."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in PARTS.items():
            archive.writestr(name, parts.get(Path(name).stem, text))
        archive.writestr("xl/worksheets/sheet1.xml", rows)
    return path


def with_stray_cell(path: Path, place: str) -> Path:
    """Two people, and far off them a cell that somebody typed in by accident."""
    number = place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    people = [("id", "姓名"), ("1", "张桂兰"), ("2", "何建平")]
    rows = [f'<row r="{n}">{cell(f"A{n}", a)}{cell(f"B{n}", b)}</row>' for n, (a, b) in enumerate(people, start=1)]
    return book(path, sheet(*rows, f'<row r="{number}">{cell(place, ".")}</row>'))
