"""Who looked at a patient, as a file: for whoever answers for that, and for a purpose. Mission A1."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.utils.translation import override

from accounts import audit
from accounts.models import AuditEntry, Staff
from dashboards.services.look_exports import LOOKS, request_looks
from hospital_crm.lib.exports import ExportPurpose
from jobs.models import Job
from jobs.services.exports import run_next_export
from patients.models import Patient
from patients.services.merges import merge_patients
from tests import make
from tests.api.test_patients import sent

FILE = "/patients/looked-at/export/"


@pytest.fixture(autouse=True)
def _clock(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def zhang(db: None) -> Patient:
    return make.patient("张桂兰", "13800001234")


def looked(who: Staff, patient: Patient, at: datetime) -> None:
    audit.record_look(actor=who.actor, verb="patient.opened", subject=patient, at=at)


def written(at: datetime) -> list[list[str]]:
    job = run_next_export(LOOKS, now=lambda: at)
    assert job is not None
    assert job.result is not None
    return list(csv.reader(io.StringIO(job.result.content.read().decode("utf-8-sig"))))[1:]


def exported(staff: Staff, patient: Patient, at: datetime) -> list[list[str]]:
    order: dict[str, Any] = {"kind": "csv", "purpose": ExportPurpose.CHECK, "staff": staff, "at": at}
    with override("en"):
        request_looks(patient=patient, **order)
    return written(at)


def test_who_when_and_what_as_far_as_one_may_read_the_audit(
    zhang: Patient, alice: Staff, charlie: Staff, dana: Staff, frank: Staff, now: datetime
) -> None:
    looked(alice, zhang, now)
    looked(charlie, zhang, now)
    looked(alice, make.patient("何建平"), now)
    (row,) = exported(dana, zhang, now)
    assert row[:4] == ["2026-03-12 10:24:00", "Alice", "Cataract", "Patient's page opened"]
    assert {row[1] for row in exported(frank, zhang, now)} == {"Alice", "Charlie"}


def test_nothing_in_it_is_run_and_nobody_on_file_is_named(zhang: Patient, frank: Staff, now: datetime) -> None:
    looked(make.staff("mallory", display_name="=1+1"), zhang, now)
    (row,) = exported(frank, zhang, now)
    assert row[1] == "'=1+1"
    assert not any("张桂兰" in cell or "13800001234" in cell for cell in row)


def test_looks_at_the_record_that_was_merged_are_looks_at_the_person(
    zhang: Patient, alice: Staff, dana: Staff, now: datetime
) -> None:
    twin = make.patient("张桂兰")
    looked(alice, twin, now)
    merge_patients(survivor=zhang, merged=twin, actor=make.by(), at=now)
    assert [row[1] for row in exported(dana, twin, now)] == ["Alice"]


def test_asked_for_on_the_page_its_purpose_and_the_look_are_on_record(
    zhang: Patient, alice: Staff, dana: Staff, office: Client, now: datetime
) -> None:
    looked(alice, zhang, now)
    page = f"/patients/{zhang.pk}/looks/"
    desk, order = make.client_of(dana), {"submission": str(uuid4()), "format": "csv", "purpose": "report"}
    assert f"{page}export/" in desk.get(page).content.decode()
    assert desk.post(f"{page}export/", {**order, "purpose": "curious"})["Location"] == page
    for _ in range(2):
        assert desk.post(f"{page}export/", order)["Location"] == "/jobs/"
    assert Job.objects.count() == 1
    assert len(written(now)) == 1
    assert AuditEntry.objects.get(verb="patient.looks_exported").fields == ["export_report"]
    assert AuditEntry.objects.filter(verb="patient.looks_read", actor=dana.actor).exists()
    url = f"{FILE}{Job.objects.get().pk}/"
    assert desk.get(url).status_code == 200
    assert office.get(url).status_code == 404
    assert make.client_of(alice).get(url).status_code == 403


def test_programs_ask_for_it(zhang: Patient, alice: Staff, dana: Staff, now: datetime) -> None:
    looked(alice, zhang, now)
    room, order = f"/api/v1/patients/{zhang.pk}/looks/export/", {"format": "csv", "purpose": "system"}
    assert sent(make.client_of(alice), "post", room, **order).status_code == 403
    program = make.client_of(dana)
    assert sent(program, "post", room).json()["errors"].keys() == {"purpose"}
    assert sent(program, "post", "/api/v1/patients/999999/looks/export/", **order).status_code == 404
    asked = sent(program, "post", room, **order)
    assert len(written(now)) == 1
    file = program.get(f"/api/v1/patients/looks/export/{asked.json()['id']}/")
    assert file["Content-Type"] == "text/csv"
