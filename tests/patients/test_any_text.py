"""Every field of the archive's forms and every column of its files takes whatever stands in it: as it is, or refused
with a reason.

The pages themselves are typed into in `tests/house/test_typed.py`.
"""

import csv
import io
import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import escape

from accounts.forms import SavedViewEditForm, SavedViewForm
from accounts.models import Actor, Staff
from hospital_crm.lib.sheets import clean_cell
from patients.models import Import, Patient, Visit
from patients.rules.portrait import tells_street
from patients.services.imports.faults import BadCell
from patients.services.imports.fields import FIELDS, Field
from patients.services.imports.mappings import Mapping
from patients.services.imports.runs import map_columns, run_next_import, start_import
from tests import make
from tests.accounts.pages import Page, fill
from tests.accounts.test_bad_input import LEFT_OUT
from tests.house.answers import runs
from tests.house.naughty import NAUGHTY
from tests.house.routing import routes
from tests.patients.brought import brought, complaints

KINDS = tuple(FIELDS)
CELLS = list(dict.fromkeys(clean_cell(text) for text in NAUGHTY))  # without what nobody can see two are alike
BEGINS, PLAIN = "2026-03-01 08:00", "<b>"


@pytest.fixture
def naughty(samples: Path) -> list[str]:
    strings: list[str] = json.loads((samples / "naughty" / "blns.json").read_text(encoding="utf-8"))
    assert len(strings) == 515
    return [*strings, *LEFT_OUT]


# ── Fields of forms ──────────────────────────────────────────────────────────


def kinds_of(form: type[forms.BaseForm]) -> Iterator[type[Any]]:
    for below in form.__subclasses__():
        yield below
        yield from kinds_of(below)


def fields_of_archive() -> dict[tuple[Any, ...], forms.Field]:
    """One of each kind and length."""
    routes()  # now all of them are there
    of_archive: list[Any] = [kind for kind in kinds_of(forms.BaseForm) if kind.__module__.startswith("patients.forms")]
    kinds: list[Any] = [*of_archive, SavedViewForm, SavedViewEditForm]
    fields = [field for kind in kinds for field in kind.base_fields.values()]
    chosen = (forms.ChoiceField, forms.ModelChoiceField, forms.FileField)
    return {(type(field), getattr(field, "max_length", 0)): field for field in fields if not isinstance(field, chosen)}


def test_every_field_of_a_form_takes_it_or_says_no(naughty: list[str]) -> None:
    fields = fields_of_archive()
    assert len(fields) > 15
    for field in fields.values():
        for text in naughty:
            with suppress(ValidationError):
                found = field.clean(text)
                assert type(field) is not forms.CharField or found == text.strip()


def test_no_field_of_words_takes_nul() -> None:
    words = [field for field in fields_of_archive().values() if isinstance(field, forms.CharField)]
    for field in words:
        with pytest.raises(ValidationError):
            field.clean("a\0b")


# ── Columns of files ─────────────────────────────────────────────────────────


def takes(field: Field, text: str) -> bool:
    """Whether the column is one of words, and this text not too long for it."""
    try:
        return not field.lookup and field.read(text) == text
    except BadCell:
        return False


@pytest.mark.parametrize("kind", KINDS)
def test_every_column_takes_it_or_says_no(naughty: list[str], kind: str) -> None:
    cells = [clean_cell(text) for text in naughty]
    for field in FIELDS[kind].values():
        for cell in cells:
            with suppress(BadCell):
                field.read(cell)


def words_for(kind: str, at: int) -> dict[str, str]:
    """A row whose columns of words hold another string each."""
    row = {}
    for place, (code, field) in enumerate(FIELDS[kind].items()):
        turned = CELLS[(at + place) % len(CELLS) :] + CELLS[: (at + place) % len(CELLS)]
        if takes(field, PLAIN):
            row[code] = next(text for text in turned if takes(field, text))
    return row


def file_of(kind: str, rows: list[dict[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(FIELDS[kind]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def run_of(kind: str, rows: list[dict[str, str]], *, actor: Actor, at: datetime) -> Import:
    run = brought(file_of(kind, rows), actor=actor, at=at, kind=kind)
    columns = {code: [code] for code in FIELDS[kind]}
    map_columns(run=run, mapping=Mapping(kind, columns, "HIS"), actor=actor, at=at)
    start_import(run=run, is_trial=False, actor=actor, at=at)
    run_next_import(now=lambda: at)
    run.refresh_from_db()
    return run


def test_words_come_in_as_they_stand_in_the_file(system: Actor, now: datetime) -> None:
    """Also the numbers by which a visit finds its patient; a place of residence may be a street, which moves."""
    people = [words_for("patients", at) for at in range(len(CELLS))]
    reached = [person | {"guardian_phone": "13800001234"} for person in people]  # without it no guardian is named
    run = run_of("patients", reached, actor=system, at=now)
    assert (complaints(run), run.created) == ([], len(people))
    for person in people:
        row = Patient.objects.get(hospital_number=person["hospital_number"])
        told = {code: text for code, text in person.items() if code not in ("external_id", "guardian")}
        assert row.relations.get().name == person["guardian"]
        if tells_street(person["residence"]):
            told["address"] = " ".join((told.pop("residence"), person["address"]))
        assert {code: getattr(row, code) for code in told} == told
    stays = [
        words_for("visits", at)
        | {"patient": person["external_id"], "hospital_number": person["hospital_number"], "starts_at": BEGINS}
        for at, person in enumerate(people)
    ]
    run = run_of("visits", stays, actor=system, at=now)
    assert (complaints(run), run.created) == ([], len(stays))
    for stay in stays:
        visit = Visit.objects.get(external_id=stay["external_id"])
        assert visit.doctor_name == stay["doctor_name"]
        found = [(row.code, row.text) for row in (visit.diagnoses.get(), visit.operations.get())]
        assert found == [(stay["diagnosis_code"], stay["diagnosis"]), (stay["operation_code"], stay["operation"])]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_day_number_or_choice_is_said_of_its_cell(system: Actor, now: datetime, kind: str) -> None:
    exact = [code for code, field in FIELDS[kind].items() if not takes(field, PLAIN)]
    good = {"external_id": "7", "name": "张桂兰", "patient": "7", "starts_at": BEGINS}
    rows = [{name: text for name, text in good.items() if name in FIELDS[kind]} | {code: NAUGHTY[0]} for code in exact]
    run = run_of(kind, rows, actor=system, at=now)
    assert [field for _row, field, _code in complaints(run)] == exact


def test_headings_may_be_anything_too(dana: Staff, now: datetime) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([CELLS, ["张桂兰"] * len(CELLS)])
    run, browser = brought(text.getvalue(), actor=dana.actor, at=now), make.client_of(dana)
    url = f"/patients/imports/{run.pk}/"
    page = browser.get(f"{url}columns/")
    shown = page.content.decode()
    assert not runs(shown)
    assert [cell for cell in CELLS if escape(cell) not in shown] == []
    chosen = fill(Page(page).values, **{"column-name": CELLS[0]})
    assert browser.post(f"{url}columns/", chosen).headers["Location"] == url
    understood = browser.get(url).content.decode()
    assert "张桂兰" in understood
    assert not runs(understood)
