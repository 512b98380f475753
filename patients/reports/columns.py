"""The columns of the list of patients: which there are, which somebody has chosen, and what stands in them.

Each shows what everybody reads on the patient's page; numbers are masked, and the home address is none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hospital_crm.lib.moments import said
from patients.models import Patient
from patients.querysets import PatientQuerySet

NOTHING = "–"


@dataclass(frozen=True)
class Reading:
    """When, and in which words: of levels none for whoever is not told of them; of tags by their keys."""

    now: datetime
    levels: dict[int, str] = field(default_factory=dict)
    tags: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Column:
    code: str
    label: str | Promise
    text: Callable[[Patient, Reading], str]
    related: tuple[str, ...] = ()  # rows that the same query brings
    prefetched: tuple[str, ...] = ()
    wraps: bool = False


class Row(NamedTuple):
    patient: Patient
    cells: list[tuple[Column, str]]


def _tags(patient: Patient, reading: Reading) -> str:
    return " · ".join(reading.tags.get(each.tag_id, "") for each in patient.tags.all())


def _item(code: str, label: str | Promise, field: str) -> Column:
    """An entry of one of the hospital's lists."""

    def text(patient: Patient, reading: Reading) -> str:
        item = getattr(patient, field)
        return item.label if item else ""

    return Column(code, label, text, related=(field,), wraps=True)


LEVEL = "level"
COLUMNS = {
    column.code: column
    for column in (
        Column("phone", _("Phone"), lambda p, r: p.phone.masked if p.phone else "", prefetched=("phones",)),
        Column("number", _("Number"), lambda p, r: p.number),
        Column("hospital_number", _("Hospital number"), lambda p, r: p.hospital_number),
        Column(
            "department",
            _("Department"),
            lambda p, r: p.department.name if p.department else "",
            related=("department",),
            wraps=True,
        ),
        Column(LEVEL, _("Service level owed"), lambda p, r: r.levels.get(p.service_level, ""), wraps=True),
        Column("tags", _("Tags"), _tags, prefetched=("tags",), wraps=True),
        Column("residence", _("Place of residence"), lambda p, r: p.lives_in, wraps=True),
        _item("occupation", _("Occupation"), "occupation"),
        _item("insurance", _("Insurance"), "insurance"),
        _item("source", _("Media source"), "source"),
        Column("card", _("Card"), lambda p, r: p.card),
        Column("email", _("E-mail"), lambda p, r: p.masked_email, wraps=True),
        Column("channel", _("Likes to be reached"), lambda p, r: p.get_preferred_channel_display()),
        Column("not_before", _("Do not call before"), lambda p, r: said(p.not_before, r.now) if p.not_before else ""),
        Column(
            "last_contact", _("Last contact"), lambda p, r: said(p.last_contact_at, r.now) if p.last_contact_at else ""
        ),
        Column("registered", _("Registered"), lambda p, r: said(p.registered_at, r.now)),
    )
}
USUAL = ("phone", "number", "department", LEVEL, "tags", "last_contact", "registered")


def chosen_columns(text: str, *, sees_levels: bool) -> list[Column]:
    """As an address names them, in its order; what is unknown, twice or not for the reader is left out. Without any,
    the usual ones.
    """
    named = [code for code in dict.fromkeys(text.split(",")) if code in COLUMNS] or USUAL
    return [COLUMNS[code] for code in named if sees_levels or code != LEVEL]


def with_columns(people: PatientQuerySet, columns: Iterable[Column]) -> PatientQuerySet:
    """With what stands in them, however many rows there are."""
    shown = list(columns)
    related = [name for column in shown for name in column.related]
    prefetched = [name for column in shown for name in column.prefetched]
    people = people.select_related(*related) if related else people
    return people.prefetch_related(*prefetched)


def rows_of(people: Iterable[Patient], columns: list[Column], reading: Reading) -> list[Row]:
    return [
        Row(patient, [(column, column.text(patient, reading) or NOTHING) for column in columns]) for patient in people
    ]
