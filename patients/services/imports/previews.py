"""How the first rows of a file will be read; and the rows that were left out, to be corrected."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Actor
from hospital_crm.lib import mail_addresses, phones
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.phones import PhoneNumber
from hospital_crm.lib.sheets import Row, Sheet
from hospital_crm.lib.tables import csv_lines
from patients import rules
from patients.models import Import, ImportFault

from .faults import WORDS
from .fields import FIELDS
from .files import rows_of, sheet_of
from .rows import RowReader, RowRefused
from .runs import ImportNotReady, mapping_of_run

PREVIEWED = 20
HIDDEN = "***"
MAIL = re.compile(r"[^\s@,;<>]+@[^\s@,;<>]+")
NUMBER = re.compile(r"\d[\d -]{5,}[\dXx]")  # of a telephone, a card, an account
WRITTEN_DAY = re.compile(r"(?:19|20)\d{2}-?\d{2}-?\d{2}")
SHOWN_DIGITS, SHOWN_CHARACTERS = 3, 12
LINES = 500  # written at once


@dataclass(frozen=True)
class PreviewRow:
    """`cells` as they are understood, in the order of the mapping's fields; numbers masked."""

    number: int
    cells: Sequence[str]
    complaints: Sequence[str]


@dataclass(frozen=True)
class Preview:
    labels: Sequence[str]
    rows: Sequence[PreviewRow]
    left_out: Sequence[str]  # columns that nothing is taken from


def preview_of(run: Import) -> Preview:
    """Raises ImportNotReady, an error of `faults`."""
    if run.file is None:
        raise ImportNotReady
    sheet, mapping = sheet_of(run, run.file), mapping_of_run(run)
    reader = RowReader(mapping, sheet.header)
    fields = [code for code in FIELDS[run.kind] if mapping.columns.get(code)]
    used = {name for names in mapping.columns.values() for name in names}
    return Preview(
        labels=[str(FIELDS[run.kind][code].label) for code in fields],
        rows=[_previewed(reader, row, fields) for row in islice(rows_of(sheet, only_first=True), PREVIEWED)],
        left_out=[name for name in sheet.header if name and name not in used],
    )


def examples_of(run: Import) -> dict[str, str]:
    """By column, what stands in the first row that tells anything there: short, and no number whole."""
    if run.file is None:
        return {}
    sheet = sheet_of(run, run.file)
    found: dict[str, str] = {}
    try:
        for row in islice(rows_of(sheet, only_first=True), PREVIEWED):
            for name, cell in zip(sheet.header, row.cells, strict=False):
                if cell:
                    found.setdefault(name, _hinted(cell))
    except DomainError:  # the file breaks off: whoever looks at its first rows is told
        return found
    return found


def faulty_rows(run: Import, *, actor: Actor, at: datetime) -> Iterator[bytes]:
    """The rows that were not imported as CSV, with why not; that they were fetched is in the audit.

    Raises ImportNotReady, an error of `faults`.
    """
    if run.file is None:
        raise ImportNotReady
    audit.record(actor=actor, verb="import.faults_fetched", subject=run, at=at)
    return _faulty_lines(run, sheet_of(run, run.file))


def words_of(kind: str, field: str, code: str) -> str:
    """The fault as people read it."""
    label = str(FIELDS[kind][field].label) if field in FIELDS[kind] else ""
    return _("%(field)s: %(fault)s") % {"field": label, "fault": WORDS[code]} if label else str(WORDS[code])


def _faulty_lines(run: Import, sheet: Sheet) -> Iterator[bytes]:
    faults: dict[int, list[str]] = {}
    for row, field, code in ImportFault.objects.filter(run=run).values_list("row", "field", "code"):
        faults.setdefault(row, []).append(words_of(run.kind, field, code))
    yield b"\xef\xbb\xbf" + csv_lines([[_("Row"), _("What is wrong"), *sheet.header]])
    rows = (row for row in rows_of(sheet) if row.number in faults)
    found = ([str(row.number), "; ".join(faults[row.number]), *row.cells] for row in rows)
    try:
        while lines := list(islice(found, LINES)):
            yield csv_lines(lines)
    except DomainError as refusal:  # the answer has begun: it can only be told in it
        yield csv_lines([["", str(refusal)]])


def _previewed(reader: RowReader, row: Row, fields: Sequence[str]) -> PreviewRow:
    try:
        told = reader.read(row).told
    except RowRefused as refused:
        kind = reader.mapping.kind
        return PreviewRow(row.number, [], [words_of(kind, each.field, each.code) for each in refused.complaints])
    return PreviewRow(row.number, [_shown(code, told.get(code)) for code in fields], [])


def _masked(found: re.Match[str]) -> str:
    number = found[0]
    return number if WRITTEN_DAY.match(number) else f"{number[:SHOWN_DIGITS]}{HIDDEN}{number[-2:]}"


def _hinted(cell: str) -> str:
    text = NUMBER.sub(_masked, MAIL.sub(lambda found: mail_addresses.mask(found[0]), cell))
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"


def _shown(code: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, PhoneNumber):
        return phones.mask(value.digits)
    if code == "resident_id":
        return rules.mask_identifier(rules.RESIDENT_ID, value)
    if code == "address":
        return HIDDEN
    if code == "email":
        return mail_addresses.mask(value)
    if code == "birth":
        return str(value[0] or value[1])
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    return str(getattr(value, "label", value))
