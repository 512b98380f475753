"""Unusual looks as a file: for a purpose, of colleagues whom one's figures cover; it names no patient. Mission A7."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
import time_machine

from accounts.models import AuditEntry, Department, Staff
from hospital_crm.lib.exports import ExportPurpose
from jobs.models import Job
from jobs.services.exports import request_export, run_next_export
from patients.filters import LookFilter
from patients.models import LookToCheck
from patients.serializers.exports import UnusualLookExportSerializer
from patients.services.exports import UNUSUAL
from patients.services.unusual import check_look
from tests import make
from tests.api.test_patients import sent

LIST, FILE, ROOM = "/patients/looks/", "/patients/looks/export/", "/api/v1/looks-to-check/export/"
EXPLAINED = LookToCheck.State.EXPLAINED


@pytest.fixture(autouse=True)
def _clock(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


def found_of(person: Staff, now: datetime, **told: Any) -> LookToCheck:
    found = {"kind": LookToCheck.Kind.MANY, "looks": 61, "found_at": now, "updated_at": now, **told}
    return LookToCheck.objects.create(staff=person, day=now.date(), **found)


@pytest.fixture
def look(alice: Staff, now: datetime) -> LookToCheck:
    return found_of(alice, now)


def exported(staff: Staff, now: datetime, **wanted: object) -> list[list[str]]:
    told: dict[str, Any] = {"kind": "csv", "purpose": ExportPurpose.CHECK, "staff": staff, "at": now}
    request_export(export=UNUSUAL, wanted=wanted, **told)
    job = run_next_export(UNUSUAL, now=lambda: now)
    assert job is not None
    assert job.result is not None
    return list(csv.reader(io.StringIO(job.result.content.read().decode("utf-8-sig"))))[1:]


def checked(look: LookToCheck, manager: Staff, now: datetime) -> None:
    check_look(look=look, version=1, state=EXPLAINED, words="=Sorted", actor=manager.actor, at=now)


def test_a_row_says_whose_they_were_how_many_and_what_was_found(
    look: LookToCheck, alice: Staff, dana: Staff, now: datetime
) -> None:
    checked(look, dana, now)
    (row,) = exported(dana, now)
    assert row[:2] == [str(now.date()), alice.name]
    assert {"61", dana.name, "'=Sorted"} <= set(row)


def test_whose_record_it_was_stands_in_none(alice: Staff, dana: Staff, cataract: Department, now: datetime) -> None:
    zhang = make.patient("张桂兰", department=cataract)
    found_of(alice, now, kind=LookToCheck.Kind.COLLEAGUE, patient=zhang, patient_then=zhang.pk, looks=1)
    (row,) = exported(dana, now)
    assert not {"张桂兰", zhang.number} & set(row)


def test_no_further_than_ones_figures_reach_and_never_ones_own(
    look: LookToCheck, charlie: Staff, dana: Staff, glaucoma: Department, now: datetime
) -> None:
    found_of(charlie, now)
    found_of(dana, now)
    make.head(glaucoma, dana)
    assert LookToCheck.objects.visible_to(dana).count() == 2
    assert [row[1] for row in exported(dana, now)] == [look.staff.name]


def test_whom_ones_figures_cover_no_more_takes_the_file_away(
    look: LookToCheck, alice: Staff, dana: Staff, glaucoma: Department, now: datetime
) -> None:
    exported(dana, now, state="open")
    browser, url = make.client_of(dana), f"{FILE}{Job.objects.get().pk}/"
    checked(look, dana, now)
    assert browser.get(url).status_code == 200, "that it was checked takes nothing from it"
    Staff.objects.filter(pk=alice.pk).update(department=glaucoma)
    assert browser.get(url)["Location"] == "/jobs/"


def test_asked_for_on_the_page_as_it_shows_them_with_the_purpose(look: LookToCheck, dana: Staff, now: datetime) -> None:
    desk = make.client_of(dana)
    assert '<input type="hidden" name="state" value="open">' in desk.get(LIST).content.decode()
    told = {"submission": str(uuid4()), "format": "xlsx", "purpose": "check", "state": "open", "kind": ""}
    for _ in range(2):
        assert desk.post(FILE, told)["Location"] == "/jobs/"
    job = run_next_export(UNUSUAL, now=lambda: now)
    assert job is not None
    assert AuditEntry.objects.get(verb="unusual_looks.exported").fields == ["export_check"]
    assert f"{FILE}{job.pk}/" in desk.get("/jobs/").content.decode()
    assert b"".join(desk.get(f"{FILE}{job.pk}/").streaming_content).startswith(b"PK")  # type: ignore[attr-defined]
    for wrong in ({"purpose": ""}, {"kind": "gone"}):
        assert desk.post(FILE, {**told, "submission": str(uuid4()), **wrong})["Location"] == LIST
    assert Job.objects.count() == 1


def test_neither_without_figures_nor_without_the_list(look: LookToCheck, frank: Staff, bob: Staff) -> None:
    administrator = make.client_of(frank)
    assert administrator.get(LIST).status_code == 200
    assert FILE not in administrator.get(LIST).content.decode()
    told = {"format": "csv", "purpose": "list", "submission": str(uuid4())}
    for browser in (administrator, make.client_of(bob)):
        assert browser.post(FILE, told).status_code == 403
        assert sent(browser, "post", ROOM, **told).status_code == 403
        assert browser.get(f"{FILE}1/").status_code == 403
    assert not Job.objects.exists()


def test_programs_ask_for_it_by_the_lists_filters(look: LookToCheck, dana: Staff, now: datetime) -> None:
    program = make.client_of(dana)
    told = {"format": "csv", "purpose": "system", "kind": "many", "submission": str(uuid4())}
    first, again = sent(program, "post", ROOM, **told), sent(program, "post", ROOM, **told)
    assert (first.status_code, again.status_code, first.json()) == (201, 200, again.json())
    run_next_export(UNUSUAL, now=lambda: now)
    file = program.get(f"{ROOM}{first.json()['id']}/")
    assert look.staff.name in b"".join(file.streaming_content).decode()  # type: ignore[attr-defined]
    assert set(UnusualLookExportSerializer().fields) == {*LookFilter.base_filters, "format", "purpose", "submission"}
