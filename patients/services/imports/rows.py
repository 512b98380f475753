"""A row of a file as it is meant, or what is wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Model
from django.utils import timezone

from accounts.models import Department
from hospital_crm.lib.sheets import Row
from institution.models import ReferenceItem
from patients import rules
from patients.models import Patient, Visit
from patients.rules.cards import tells_another_birth
from patients.rules.portrait import faults_of_portrait, with_street_apart
from patients.rules.visits import faults_of_visit

from .faults import BadCell, Complaint
from .fields import FIELDS, Field
from .mappings import PATIENTS, Mapping

DEPARTMENT = "department"
LONGEST_ADDRESS = Patient._meta.get_field("address").max_length or 0


class RowRefused(ValueError):
    def __init__(self, complaints: Sequence[Complaint]) -> None:
        super().__init__(len(complaints))
        self.complaints = complaints


@dataclass(frozen=True)
class ReadRow:
    """`told` holds what the row says, by field; a blank cell says nothing."""

    number: int
    told: dict[str, Any]


class RowReader:
    """Reads rows of one file; what the hospital's lists hold is looked up once."""

    def __init__(self, mapping: Mapping, header: Sequence[str]) -> None:
        self.mapping = mapping
        self._width = len(header)
        fields = FIELDS[mapping.kind]
        self._places = {
            code: (fields[code], [header.index(name) for name in names])
            for code, names in mapping.columns.items()
            if names and code in fields
        }
        self._constants = {code: fields[code].read(text) for code, text in mapping.constants.items()}

    def read(self, row: Row) -> ReadRow:
        """Raises RowRefused."""
        if len(row.cells) < self._width:
            raise RowRefused([Complaint(row.number, "", "cells")])
        told, complaints = dict(self._constants), []
        for code, (field, places) in self._places.items():
            text = joined([row.cells[place] for place in places])
            try:
                if text:
                    told[code] = self._value(field, text)
            except BadCell as bad:
                complaints.append(Complaint(row.number, code, bad.code))
        if not complaints:
            complaints = [Complaint(row.number, code, fault) for code, fault in self._misfits(told)]
        if complaints:
            raise RowRefused(complaints)
        return ReadRow(row.number, told)

    def try_read(self, row: Row) -> ReadRow | None:
        """None for a row that is at fault."""
        try:
            return self.read(row)
        except RowRefused:
            return None

    def _value(self, field: Field, text: str) -> Any:
        if not field.lookup:
            return field.read(text)
        known = self._departments if field.lookup == DEPARTMENT else self._items.get(field.lookup, {})
        if (found := known.get(rules.plain(text))) is None:
            raise BadCell("no_row")
        return found

    def _misfits(self, told: dict[str, Any]) -> list[tuple[str, str]]:
        """What each cell says can be, and all together cannot."""
        if self.mapping.kind == PATIENTS:
            return _misfits_of_person(told)
        missing = [] if told.get("starts_at") else [("starts_at", "missing")]
        if not (told.get("patient") or told.get("hospital_number")):
            missing.append(("patient", "missing"))
        faults = faults_of_visit(
            status=told.get("status", Visit.Status.FINISHED),
            at=timezone.now(),
            **{name: told.get(name) for name in ("starts_at", "ends_at", "total", "insured")},
        )
        return missing or [(name, fault.value) for name, fault in faults.items()]

    @cached_property
    def _departments(self) -> dict[str, Department]:
        rows = Department.objects.in_use()
        return {rules.plain(name): row for row in rows for name in (row.name_zh, row.name_en) if name}

    @cached_property
    def _items(self) -> dict[str, dict[str, ReferenceItem]]:
        codes = {field.lookup for field, _places in self._places.values() if field.lookup}
        found: dict[str, dict[str, ReferenceItem]] = {}
        for item in ReferenceItem.objects.in_use(*codes):
            words = {rules.plain(word): item for word in (item.code, item.label_zh, item.label_en)}
            found.setdefault(item.list.code, {}).update(words)
        return found


def _misfits_of_person(told: dict[str, Any]) -> list[tuple[str, str]]:
    found = [] if told.get("name") else [("name", "missing")]
    birth, died_on = told.get("birth", (None, None)), told.get("died_on")
    if (card := told.get("resident_id")) and tells_another_birth(card, *birth):
        found.append(("birth", "against_card"))
    if len(with_street_apart(told).get("address", "")) > LONGEST_ADDRESS:
        found.append(("residence", "too_long"))  # with the address, of which it is a part
    faults = faults_of_portrait(
        preferred_from=None, preferred_until=None, died_on=died_on, birth=birth, today=timezone.localdate()
    )
    return [*found, *((name, fault.value) for name, fault in faults.items())]


def differs(held: Model, name: str, value: Any) -> bool:
    """Whether the row on file holds something else; another row is compared by its key, without a query."""
    if isinstance(value, Model):
        return bool(getattr(held, f"{name}_id") != value.pk)
    return bool(getattr(held, name) != value)


def joined(parts: Sequence[str]) -> str:
    """Several cells as one: Chinese characters without a blank between."""
    text = ""
    for part in filter(None, parts):
        apart = text and not (rules.HAN.search(text[-1]) and rules.HAN.search(part[0]))
        text += f" {part}" if apart else part
    return text
