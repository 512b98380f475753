"""Who of our clients works at an organisation, as a file: for a purpose, within one's figures, masked unless allowed.

Mission A1.
"""

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import uuid4

import pytest
import time_machine

from accounts.models import AuditEntry, Department, Staff
from hospital_crm.lib.exports import ExportPurpose
from jobs.models import Job
from jobs.services.exports import request_export, run_next_export
from patients.models import Employment, Organisation
from patients.services.employments import add_employee
from patients.services.exports import EMPLOYEES
from tests import make
from tests.api.test_patients import sent

NUMBER = "13800001234"
FILE, ROOM = "/organisations/employees/export/", "/api/v1/employments/export/"


@pytest.fixture(autouse=True)
def _clock(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def school(db: None) -> Organisation:
    return make.organisation("示范中学", kind="school")


@pytest.fixture
def teacher(school: Organisation, cataract: Department, now: datetime) -> Employment:
    patient = make.patient("张桂兰", NUMBER, department=cataract)
    values = {"position": "=教师", "staff_number": "T-17", "since": date(2020, 9, 1)}
    return add_employee(organisation=school, patient=patient, values=values, actor=make.by(), at=now)


def exported(staff: Staff, place: Organisation, now: datetime) -> list[list[str]]:
    told: dict[str, Any] = {"kind": "csv", "purpose": ExportPurpose.CHECK, "staff": staff, "at": now}
    request_export(export=EMPLOYEES, wanted={}, beside={"organisation": place.pk}, **told)
    job = run_next_export(EMPLOYEES, now=lambda: now)
    assert job is not None
    assert job.result is not None
    return list(csv.reader(io.StringIO(job.result.content.read().decode("utf-8-sig"))))[1:]


def test_a_manager_carries_away_all_of_that_organisation_with_numbers(
    teacher: Employment, school: Organisation, dana: Staff, now: datetime
) -> None:
    elsewhere = make.organisation("海湾社区")
    add_employee(organisation=elsewhere, patient=make.patient("何建平"), values={}, actor=make.by(), at=now)
    (row,) = exported(dana, school, now)
    assert {"示范中学", "T-17", "'=教师", "2020-09-01", teacher.patient.number, "张桂兰", NUMBER} <= set(row)


def test_others_carry_away_those_whom_they_owe_something_masked(
    teacher: Employment, school: Organisation, alice: Staff, now: datetime
) -> None:
    assert exported(alice, school, now) == []
    make.promise(teacher.patient, owner=alice, at=now)
    (row,) = exported(alice, school, now)
    assert "138****1234" in row
    assert NUMBER not in row


def test_whoever_was_not_asked_for_the_purpose_gets_no_file(
    teacher: Employment, school: Organisation, dana: Staff, now: datetime
) -> None:
    desk, page = make.client_of(dana), f"/organisations/{school.pk}/employees/"
    assert f"{page}export/" in desk.get(page).content.decode()
    told = {"submission": str(uuid4()), "format": "xlsx", "purpose": "report"}
    assert desk.post(f"{page}export/", {**told, "purpose": ""})["Location"] == page
    assert not Job.objects.exists()
    for _ in range(2):
        assert desk.post(f"{page}export/", told)["Location"] == "/jobs/"
    job = run_next_export(EMPLOYEES, now=lambda: now)
    assert job is not None
    assert AuditEntry.objects.get(verb="employees.exported").fields == ["export_report"]
    assert f"{FILE}{job.pk}/" in desk.get("/jobs/").content.decode()
    assert b"".join(desk.get(f"{FILE}{job.pk}/").streaming_content).startswith(b"PK")  # type: ignore[attr-defined]


def test_whoever_sees_no_organisations_or_has_no_figures_gets_none(
    teacher: Employment, school: Organisation, cataract: Department, now: datetime
) -> None:
    told = {"format": "csv", "purpose": "list", "submission": str(uuid4())}
    for role in ("doctor", "customer_service"):
        browser = make.client_of(make.staff("", role, department=cataract))
        assert browser.post(f"/organisations/{school.pk}/employees/export/", told).status_code == 403, role
        assert sent(browser, "post", ROOM, organisation=school.pk, **told).status_code == 403, role
    assert not Job.objects.exists()


def test_programs_ask_for_it(teacher: Employment, school: Organisation, dana: Staff, now: datetime) -> None:
    program = make.client_of(dana)
    told = {"format": "csv", "purpose": "system", "submission": str(uuid4())}
    assert sent(program, "post", ROOM, **told).json()["errors"].keys() == {"organisation"}
    assert sent(program, "post", ROOM, organisation=school.pk + 1, **told).status_code == 404
    asked = sent(program, "post", ROOM, organisation=school.pk, **told)
    run_next_export(EMPLOYEES, now=lambda: now)
    file = program.get(f"{ROOM}{asked.json()['id']}/")
    assert "T-17" in b"".join(file.streaming_content).decode()  # type: ignore[attr-defined]
