"""Colleagues who are patients as a file: for a purpose, for who reads the list, never of oneself. Mission A7."""

import csv
import io
from datetime import datetime
from uuid import uuid4

import pytest

from accounts.models import AuditEntry, Department, Staff
from hospital_crm.lib.exports import ExportPurpose
from jobs.models import Job
from jobs.services.exports import request_export, run_next_export
from patients.models import ColleagueRecord
from patients.services.colleagues import end_colleague, name_colleague
from patients.services.exports import COLLEAGUES
from tests import make
from tests.accounts.pages import in_english
from tests.api.test_patients import sent

LIST, FILE = "/patients/colleagues/", "/patients/colleagues/export/"
ROOM = "/api/v1/colleague-records/export/"


def named(staff: Staff, place: Department, now: datetime, name: str = "张桂兰") -> ColleagueRecord:
    patient = make.patient(name, department=place)
    return name_colleague(patient=patient, staff=staff, actor=make.by(), at=now)


@pytest.fixture
def record(alice: Staff, cataract: Department, now: datetime) -> ColleagueRecord:
    return named(alice, cataract, now)


def exported(staff: Staff, now: datetime) -> list[list[str]]:
    request_export(export=COLLEAGUES, wanted={}, kind="csv", purpose=ExportPurpose.CHECK, staff=staff, at=now)
    job = run_next_export(COLLEAGUES, now=lambda: now)
    assert job is not None
    assert job.result is not None
    return list(csv.reader(io.StringIO(job.result.content.read().decode("utf-8-sig"))))[1:]


def test_a_row_says_who_it_is_and_who_said_so(record: ColleagueRecord, dana: Staff, now: datetime) -> None:
    (row,) = exported(dana, now)
    assert row[0] == record.staff.name
    assert (row[2], row[4]) == (record.patient.number, record.added_by.name)
    assert "张桂兰" not in row  # as in the list


def test_nobody_reads_of_oneself_or_of_what_has_ended(
    record: ColleagueRecord, bob: Staff, dana: Staff, cataract: Department, now: datetime
) -> None:
    named(dana, cataract, now, "王建军")
    end_colleague(record=named(bob, cataract, now, "何建平"), actor=make.by(), at=now)
    assert [row[0] for row in exported(dana, now)] == [record.staff.name]


def test_asked_for_on_the_page_with_the_purpose(record: ColleagueRecord, dana: Staff, now: datetime) -> None:
    desk = in_english(make.client_of(dana))
    assert f'action="{FILE}"' in desk.get(LIST).content.decode()
    told = {"submission": str(uuid4()), "format": "xlsx", "purpose": "check"}
    for _ in range(2):
        assert desk.post(FILE, told)["Location"] == "/jobs/"
    job = run_next_export(COLLEAGUES, now=lambda: now)
    assert job is not None
    assert AuditEntry.objects.get(verb="colleague_records.exported").fields == ["export_check"]
    assert f"{FILE}{job.pk}/" in desk.get("/jobs/").content.decode()
    assert b"".join(desk.get(f"{FILE}{job.pk}/").streaming_content).startswith(b"PK")  # type: ignore[attr-defined]
    assert desk.post(FILE, {**told, "submission": str(uuid4()), "purpose": ""})["Location"] == LIST
    assert Job.objects.count() == 1


def test_whoever_may_not_read_the_list_may_not_carry_it_away(record: ColleagueRecord, bob: Staff) -> None:
    line, told = make.client_of(bob), {"format": "csv", "purpose": "list", "submission": str(uuid4())}
    assert line.get(LIST).status_code == 403
    assert line.post(FILE, told).status_code == 403
    assert sent(line, "post", ROOM, **told).status_code == 403
    assert line.get(f"{FILE}1/").status_code == 403
    assert not Job.objects.exists()


def test_programs_ask_for_it_too(record: ColleagueRecord, dana: Staff, now: datetime) -> None:
    program = make.client_of(dana)
    told = {"format": "csv", "purpose": "system", "submission": str(uuid4())}
    first, again = sent(program, "post", ROOM, **told), sent(program, "post", ROOM, **told)
    assert (first.status_code, again.status_code, first.json()) == (201, 200, again.json())
    run_next_export(COLLEAGUES, now=lambda: now)
    file = program.get(f"{ROOM}{first.json()['id']}/")
    assert record.staff.name in b"".join(file.streaming_content).decode()  # type: ignore[attr-defined]
