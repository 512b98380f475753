"""The cases by which others hold their import: each has an answer here, the same or another for a reason."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Actor, Staff
from jobs.services.files import FileKindRefused
from patients.models import Patient
from patients.services.imports.mappings import PATIENTS, ColumnsMissing, Mapping
from patients.services.imports.runs import map_columns, run_next_import, start_import
from tests import make
from tests.patients.brought import brought, complaints, counts

PLACES = {"name": ["first_name", "last_name"], "phone": ["phone"], "external_id": ["email"]}


@dataclass(frozen=True)
class Answer:
    """How many are created, changed, as before, left out; `why` where others answer otherwise."""

    counts: tuple[int, int, int, int]
    faults: list[tuple[int, str, str]] = field(default_factory=list)
    why: str = ""


NO_COLUMN = "what nothing is taken from is left out, and the preview says so"
FAMILY = "a family shares a telephone"
BY_NUMBER = "a number that is known names the same person: the row changes it"
GOOD_ROWS = "the good rows are imported, the others can be fetched, corrected and brought again"
NO_ADDRESS = "nothing is taken from e-mail addresses but that they name somebody"
ANSWERS = {
    "test_happy_path": Answer((1, 0, 0, 0)),
    "test_email_duplicate_vs_db": Answer((0, 1, 0, 0), why=BY_NUMBER),
    "test_email_duplicate_case_insensitive": Answer((1, 0, 0, 0), why="numbers of other systems are taken as they are"),
    "test_email_duplicate_within_file": Answer((1, 0, 0, 1), [(3, "", "twice")]),
    "test_phone_duplicate_vs_db_normalized": Answer((1, 0, 0, 0), why=FAMILY),
    "test_phone_duplicate_within_file": Answer((2, 0, 0, 0), why=FAMILY),
    "test_full_name_dup_blocked_without_disambiguator": Answer((0, 0, 0, 1), [(2, "", "alike")]),
    "test_full_name_dup_allowed_with_different_email": Answer((1, 0, 0, 0)),
    "test_full_name_dup_within_file_blocked": Answer((1, 0, 0, 1), [(3, "", "twice")]),
    "test_linkedin_url_with_only_scheme_rejected": Answer((1, 0, 0, 0), why=NO_COLUMN),
    "test_invalid_email_format": Answer((1, 0, 0, 0), why=NO_ADDRESS),
    "test_invalid_phone_format": Answer((0, 0, 0, 1), [(2, "phone", "no_number")]),
    "test_invalid_country_code": Answer((1, 0, 0, 0), why=NO_COLUMN),
    "test_invalid_linkedin_url": Answer((1, 0, 0, 0), why=NO_COLUMN),
    "test_unknown_account_ref": Answer((1, 0, 0, 0), why=NO_COLUMN),
    "test_unknown_assigned_email_ref": Answer((1, 0, 0, 0), why=NO_COLUMN),
    "test_unknown_header_rejected": Answer((1, 0, 0, 0), why=NO_COLUMN),
    "test_commits_in_one_transaction": Answer((2, 0, 0, 0)),
    "test_imported_contact_appears_on_its_account": Answer((1, 0, 0, 0)),
    "test_commit_refuses_if_any_row_invalid": Answer((1, 1, 0, 0), why=GOOD_ROWS),
    "test_integrity_error_race_returns_400_not_500": Answer((1, 0, 0, 0)),
}
ON_FILE = ("Pat Lee", "2025551234", "pat@acme.test")
Case = dict[str, Any]


def text_of(case: Case) -> str:
    if "raw" in case:
        return str(case["raw"])
    text = io.StringIO()
    csv.writer(text).writerows([case["headers"], *case["rows"]])
    return text.getvalue()


def bring(case: Case, actor: Actor, at: datetime) -> Any:
    run = brought(text_of(case), actor=actor, at=at)
    columns = {code: names for code, names in PLACES.items() if code == "name" or names[0] in run.header}
    map_columns(run=run, mapping=Mapping(PATIENTS, columns, "mail"), actor=actor, at=at)
    start_import(run=run, is_trial=False, actor=actor, at=at)
    run_next_import(now=lambda: at)
    run.refresh_from_db()
    return run


def without_its_column(case: Case, actor: Actor, at: datetime) -> None:
    with pytest.raises(ColumnsMissing):
        bring(case, actor, at)


def of_another_kind(case: Case, actor: Actor, at: datetime) -> None:
    with pytest.raises(FileKindRefused):
        brought(text_of(case), name="contacts.txt", actor=actor, at=at)


def by_somebody_else(case: Case, actor: Actor, at: datetime) -> None:
    told = {"kind": "patients", "file": SimpleUploadedFile("contacts.csv", text_of(case).encode())}
    assert make.client_of(make.staff("", "consultant")).post("/api/v1/imports/", told).status_code == 403


REFUSED: dict[str, Callable[[Case, Actor, datetime], None]] = {
    "test_missing_required_header": without_its_column,
    "test_non_csv_extension_rejected": of_another_kind,
    "test_permission_denied_for_regular_user": by_somebody_else,
}


@pytest.fixture
def cases(samples: Path) -> list[Case]:
    path = samples / "crm_import" / "django_crm_contact_import_cases.json"
    found: list[Case] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_every_case_has_its_answer(cases: list[Case]) -> None:
    assert len(cases) == 25
    assert {case["test"] for case in cases} == ANSWERS.keys() | REFUSED.keys()


@pytest.mark.parametrize("name", ANSWERS)
def test_the_rows(cases: list[Case], dana: Staff, now: datetime, name: str) -> None:
    case = next(case for case in cases if case["test"] == name)
    first = {"headers": ["first_name", "last_name", "phone", "email"], "rows": [[*ON_FILE[0].split(), *ON_FILE[1:]]]}
    bring(first, dana.actor, now)
    run = bring(case, dana.actor, now)
    answer = ANSWERS[name]
    assert (counts(run), complaints(run)) == (answer.counts, answer.faults), answer.why
    assert Patient.objects.count() == 1 + run.created
    again = bring(case, dana.actor, now)
    assert (again.created, again.updated) == (0, 0) or not again.created


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.usefixtures("cataract")
def test_what_is_refused(cases: list[Case], dana: Staff, now: datetime, name: str) -> None:
    for case in (each for each in cases if each["test"] == name):
        REFUSED[name](case, dana.actor, now)
    assert not Patient.objects.exists()
