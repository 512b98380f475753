"""The visits of one patient as a file: what was found only for whoever may read it, the look on record. Mission A7."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from uuid import uuid4

import pytest
import time_machine

from accounts.models import AuditEntry, Department, Staff
from hospital_crm.lib.exports import ExportPurpose
from jobs.models import Job
from jobs.services.exports import run_next_export
from patients.models import Patient, Visit
from patients.services.exports import VISITS
from patients.services.exports.visits import request_visits
from patients.services.merges import merge_patients
from promises.services.closing import keep_promise
from tests import make
from tests.api.test_patients import sent

ROOM = "/api/v1/visits/export/"
FOUND = "H25.9 老年性白内障"


@pytest.fixture(autouse=True)
def _clock(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def zhang(cataract: Department) -> Patient:
    """With a visit at the department that Dana leads, and one elsewhere."""
    patient = make.patient("张桂兰", "13800001234", department=cataract)
    make.visit(patient, department=cataract, diagnoses=[FOUND])
    make.visit(make.patient("何建平"), department=cataract)
    return patient


def exported(patient: Patient, staff: Staff, now: datetime) -> list[list[str]]:
    request_visits(patient=patient, kind="csv", purpose=ExportPurpose.CHECK, staff=staff, at=now)
    job = run_next_export(VISITS, now=lambda: now)
    assert job is not None
    assert job.result is not None
    return list(csv.reader(io.StringIO(job.result.content.read().decode("utf-8-sig"))))[1:]


def test_all_that_the_list_shows_of_this_patient(
    zhang: Patient, glaucoma: Department, dana: Staff, now: datetime
) -> None:
    make.visit(zhang, department=glaucoma, diagnoses=["H40.1 青光眼"], kind=Visit.Kind.INPATIENT, doctor_name="=1+1")
    rows = exported(zhang, dana, now)
    assert {row[1] for row in rows} == {"张桂兰"}
    other, own = rows
    assert own[7] == FOUND
    assert "H40.1" not in "".join(other), "what another department found"
    assert other[6] == "'=1+1"


def test_whoever_owes_something_reads_what_was_found(zhang: Patient, alice: Staff, dana: Staff, now: datetime) -> None:
    assert exported(zhang, alice, now) == []
    promise = make.promise(zhang, owner=alice)
    assert exported(zhang, alice, now)[0][7] == FOUND
    job, browser = Job.objects.latest("pk"), make.client_of(alice)
    keep_promise(promise=promise, actor=alice.actor, at=now)
    assert browser.get(f"/patients/visits/export/{job.pk}/")["Location"] == "/jobs/", "no longer theirs to carry away"


def test_who_may_find_but_not_read_carries_nothing_found(zhang: Patient, now: datetime) -> None:
    guide = make.staff("", "guide")
    make.promise(zhang, owner=guide)
    (row,) = exported(zhang, guide, now)
    assert FOUND not in row
    assert AuditEntry.objects.get(verb="patient.visits_opened").fields == []


def test_purpose_and_look_are_on_record(zhang: Patient, dana: Staff, now: datetime) -> None:
    exported(zhang, dana, now)
    entry = AuditEntry.objects.get(verb="visits.exported")
    assert (entry.actor, entry.fields, entry.subject_id) == (dana.actor, ["export_check"], Job.objects.get().pk)
    look = AuditEntry.objects.get(verb="patient.visits_opened")
    assert (look.subject_id, look.fields) == (zhang.pk, ["clinical"])


def test_of_a_merged_record_those_of_the_one_that_stays(zhang: Patient, dana: Staff, now: datetime) -> None:
    twin = make.patient("张贵兰")
    request_visits(patient=twin, kind="csv", purpose=ExportPurpose.LIST, staff=dana, at=now)
    merge_patients(survivor=zhang, merged=twin, actor=make.by(), at=now)
    job = run_next_export(VISITS, now=lambda: now)
    assert job is not None
    assert job.result is not None
    assert zhang.number in job.result.content.read().decode()


def test_asked_for_once_on_the_page_and_fetched(zhang: Patient, dana: Staff, alice: Staff, now: datetime) -> None:
    browser, url = make.client_of(dana), f"/patients/{zhang.pk}/visits/export/"
    assert url in browser.get(f"/patients/{zhang.pk}/visits/").content.decode()
    told = {"submission": str(uuid4()), "format": "xlsx", "purpose": "list"}
    for _ in range(2):
        assert browser.post(url, told)["Location"] == "/jobs/"
    job = run_next_export(VISITS, now=lambda: now)
    assert job is not None
    assert Job.objects.count() == 1
    page = f"/patients/visits/export/{job.pk}/"
    assert page in browser.get("/jobs/").content.decode()
    assert b"".join(browser.get(page).streaming_content).startswith(b"PK")  # type: ignore[attr-defined]
    assert make.client_of(alice).get(page).status_code == 404
    refused = browser.post(url, {**told, "submission": str(uuid4()), "purpose": "curious"})
    assert refused["Location"] == f"/patients/{zhang.pk}/visits/"


def test_whoever_may_not_carry_the_patient_away_is_offered_nothing(zhang: Patient, alice: Staff) -> None:
    browser, url = make.client_of(alice), f"/patients/{zhang.pk}/visits/export/"
    told = {"submission": str(uuid4()), "format": "csv", "purpose": "list"}
    assert url not in browser.get(f"/patients/{zhang.pk}/visits/").content.decode()
    assert browser.post(url, told).status_code == 404
    assert sent(browser, "post", ROOM, patient=zhang.pk, **told).status_code == 404
    clerk = make.client_of(make.staff("clerk", "customer_service"))
    assert clerk.post(url, told).status_code == 403
    assert not Job.objects.exists()


def test_programs_ask_for_it_once(zhang: Patient, dana: Staff, now: datetime) -> None:
    program = make.client_of(dana)
    told = {"patient": zhang.pk, "format": "csv", "purpose": "system", "submission": str(uuid4())}
    first, again = sent(program, "post", ROOM, **told), sent(program, "post", ROOM, **told)
    assert (first.status_code, again.status_code, first.json()) == (201, 200, again.json())
    run_next_export(VISITS, now=lambda: now)
    file = program.get(f"{ROOM}{first.json()['id']}/")
    assert zhang.number in b"".join(file.streaming_content).decode()  # type: ignore[attr-defined]
    assert sent(program, "post", ROOM, format="csv").json()["errors"].keys() == {"patient", "purpose"}


def test_whoever_may_read_less_meanwhile_does_not_get_the_file(
    zhang: Patient, glaucoma: Department, dana: Staff, now: datetime
) -> None:
    make.visit(zhang, diagnoses=[FOUND])  # at no department: the patient's counts
    exported(zhang, dana, now)
    browser, url = make.client_of(dana), f"/patients/visits/export/{Job.objects.get().pk}/"
    assert browser.get(url).status_code == 200
    Patient.objects.filter(pk=zhang.pk).update(department=glaucoma)
    assert browser.get(url)["Location"] == "/jobs/"
