"""The list of patients as a file: for a purpose, as far as one may carry it away, masked unless allowed. Mission A7."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from accounts.models import AuditEntry, Department, Staff
from hospital_crm.lib.exports import ExportPurpose
from institution.models import ReferenceItem
from jobs.models import Job
from jobs.services.exports import request_export, run_next_export
from patients.models import Patient, Visit
from patients.services.exports import PEOPLE
from patients.services.exports.cells import number_cell
from patients.services.selections import choose_patients
from patients.services.tags import tag_patient
from tests import make
from tests.api.test_patients import sent

NUMBER = "13800001234"


@pytest.fixture(autouse=True)
def _clock(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def zhang(cataract: Department) -> Patient:
    patient = make.patient("张桂兰", NUMBER, sex="female", department=cataract, address="湖滨路 1 号")
    make.visit(patient, kind=Visit.Kind.INPATIENT)
    return patient


def exported(staff: Staff, now: datetime, **wanted: object) -> list[list[str]]:
    request_export(export=PEOPLE, wanted=wanted, kind="csv", purpose=ExportPurpose.CHECK, staff=staff, at=now)
    job = run_next_export(PEOPLE, now=lambda: now)
    assert job is not None
    assert job.result is not None
    text = job.result.content.read().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))[1:]


def test_a_manager_carries_away_everybody_with_numbers(
    zhang: Patient, glaucoma: Department, dana: Staff, now: datetime
) -> None:
    make.patient("=1+1", department=glaucoma)
    first, second = exported(dana, now)
    assert first[2] == "'=1+1"
    assert {NUMBER, "湖滨路 1 号", "张桂兰", zhang.number} <= set(second)


def test_others_carry_away_those_to_whom_they_owe_something_masked(zhang: Patient, alice: Staff, now: datetime) -> None:
    make.patient("何建平", "13900005678")
    assert exported(alice, now) == []
    make.promise(zhang, owner=alice)
    (row,) = exported(alice, now)
    assert {"138****1234", "***"} <= set(row)
    assert NUMBER not in str(row)


def test_a_number_stands_in_its_cell_in_clear_or_masked(db: None) -> None:
    phone = make.patient("张桂兰", NUMBER).phone
    assert number_cell(phone, in_clear=True) == NUMBER
    assert number_cell(phone, in_clear=False) == "138****1234"
    assert number_cell(None, in_clear=True) == number_cell(None, in_clear=False) == ""


def test_it_holds_what_the_filter_shows(zhang: Patient, cataract: Department, dana: Staff, now: datetime) -> None:
    make.patient("何建平", sex="male")
    for wanted in ({"q": "zgl"}, {"sex": "female"}, {"department": cataract}, {"client": "inpatient"}):
        assert [row[2] for row in exported(dana, now, **wanted)] == ["张桂兰"], wanted
    assert [row[2] for row in exported(dana, now, department="null")] == ["何建平"]
    tag = ReferenceItem.objects.of_list("patient_tag")[0]
    tag_patient(patient=zhang, tags=[tag], actor=make.by(), at=now)
    for tags in ([tag], ReferenceItem.objects.filter(pk=tag.pk)):
        assert [row[2] for row in exported(dana, now, tag=tags)] == ["张桂兰"]
    assert len(exported(dana, now, source="null")) == 2
    assert zhang.pk


def test_the_purpose_is_on_record(zhang: Patient, dana: Staff, now: datetime) -> None:
    exported(dana, now)
    entry = AuditEntry.objects.get(verb="patients.exported")
    assert (entry.actor, entry.fields, entry.subject_id) == (dana.actor, ["export_check"], Job.objects.get().pk)
    assert zhang.pk


def test_asked_for_once_on_the_page_and_fetched(zhang: Patient, dana: Staff, now: datetime) -> None:
    browser: Client = make.client_of(dana)
    assert zhang.name in browser.get("/patients/").content.decode()
    told = {"submission": str(uuid4()), "format": "xlsx", "purpose": "list", "q": "zgl"}
    for _ in range(2):
        assert browser.post("/patients/export/", told)["Location"] == "/jobs/"
    job = run_next_export(PEOPLE, now=lambda: now)
    assert job is not None
    assert Job.objects.count() == 1
    file = browser.get(f"/patients/export/{job.pk}/")
    assert b"".join(file.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]
    assert make.client_of(make.staff("gina", "guide")).get(f"/patients/export/{job.pk}/").status_code == 404
    refused = browser.post("/patients/export/", {**told, "submission": str(uuid4()), "purpose": "curious"})
    assert refused["Location"] == "/patients/"


def test_programs_ask_for_it_once(zhang: Patient, dana: Staff, now: datetime) -> None:
    program, url = make.client_of(dana), "/api/v1/patients/export/"
    told = {"format": "csv", "purpose": "system", "sex": "female", "submission": str(uuid4())}
    first, again = sent(program, "post", url, **told), sent(program, "post", url, **told)
    assert (first.status_code, again.status_code, first.json()) == (201, 200, again.json())
    run_next_export(PEOPLE, now=lambda: now)
    file = program.get(f"{url}{first.json()['id']}/")
    assert zhang.name in b"".join(file.streaming_content).decode()  # type: ignore[attr-defined]
    assert sent(program, "post", url, format="csv").json()["errors"].keys() == {"purpose"}


@pytest.mark.parametrize("selection", ["abc", "-1", "", "9" * 30, "77"])
def test_a_selection_that_is_none_of_ones_own_exports_nobody(
    zhang: Patient, dana: Staff, alice: Staff, now: datetime, selection: str
) -> None:
    others = choose_patients(staff=make.staff("olga", "manager"), keys=[zhang.pk], at=now)
    desk = make.client_of(dana)
    for key in (selection, str(others.pk)):
        form = {"submission": str(uuid4()), "format": "csv", "purpose": "list", "selection": key}
        assert desk.post("/patients/export/", form).status_code == 404
    assert not Job.objects.exists()
