"""Data requests as a file: for a purpose, of people whom one may carry away. Mission A7."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.utils.translation import override

from accounts.models import AuditEntry, Department, Staff
from hospital_crm.lib.exports import ExportPurpose
from jobs.models import Job
from jobs.services.exports import request_export, run_next_export
from patients.filters import DataRequestFilter
from patients.models import DataRequest, Patient
from patients.serializers.exports import DataRequestExportSerializer
from patients.services.exports import REQUESTS
from patients.services.rights import answer_request
from promises.services.closing import keep_promise
from tests import make
from tests.api.test_patients import sent

from .asked import ERASURE, approved, asked, erase_all

LIST, FILE, ROOM = "/patients/requests/", "/patients/requests/export/", "/api/v1/data-requests/export/"


@pytest.fixture(autouse=True)
def _clock(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def zhang(cataract: Department) -> Patient:
    return make.patient("张桂兰", "13800001234", department=cataract)


@pytest.fixture
def copy(zhang: Patient, alice: Staff, now: datetime) -> DataRequest:
    return asked(zhang, alice, now, note="=1+1")


def exported(staff: Staff, now: datetime, **wanted: object) -> list[list[str]]:
    told: dict[str, Any] = {"kind": "csv", "purpose": ExportPurpose.CHECK, "staff": staff, "at": now}
    with override("en"):
        request_export(export=REQUESTS, wanted=wanted, **told)
    job = run_next_export(REQUESTS, now=lambda: now)
    assert job is not None
    assert job.result is not None
    return list(csv.reader(io.StringIO(job.result.content.read().decode("utf-8-sig"))))[1:]


def answered(request: DataRequest, manager: Staff, now: datetime) -> None:
    answer_request(request=request, version=1, answer="Handed over", actor=manager.actor, at=now)


def test_a_row_says_who_asked_for_what_and_how_it_was_answered(
    copy: DataRequest, zhang: Patient, dana: Staff, now: datetime
) -> None:
    answered(copy, dana, now)
    (row,) = exported(dana, now)
    assert row[:3] == ["A copy of everything", zhang.number, "张桂兰"]
    assert {"'=1+1", str(copy.due_on), "Done", "Handed over"} <= set(row)
    assert "13800001234" not in "".join(row)


def test_of_whom_one_owes_something_and_no_longer_than_that(
    copy: DataRequest, zhang: Patient, alice: Staff, now: datetime
) -> None:
    assert exported(alice, now) == []
    owed = make.promise(zhang, owner=alice, at=now)
    assert [row[2] for row in exported(alice, now)] == ["张桂兰"]
    browser, url = make.client_of(alice), f"{FILE}{Job.objects.latest('pk').pk}/"
    assert browser.get(url).status_code == 200
    keep_promise(promise=owed, actor=alice.actor, at=now)
    assert browser.get(url)["Location"] == "/jobs/"


def test_it_holds_what_the_page_shows(
    copy: DataRequest, zhang: Patient, alice: Staff, dana: Staff, now: datetime
) -> None:
    answered(copy, dana, now)
    asked(zhang, alice, now, ERASURE)
    browser = make.client_of(dana)
    for state, kind in (("open", "To be erased"), ("done", "A copy of everything")):
        assert [row[0] for row in exported(dana, now, state=state)] == [kind]
        page = browser.get(LIST, {"state": state}).content.decode()
        assert f'<input type="hidden" name="state" value="{state}">' in page
    assert [row[0] for row in exported(dana, now, kind="erasure")] == ["To be erased"]
    assert '<input type="hidden" name="state" value="open">' in browser.get(LIST).content.decode(), "unless asked"


def test_what_is_answered_meanwhile_takes_nothing_from_the_file(copy: DataRequest, dana: Staff, now: datetime) -> None:
    exported(dana, now, state="open")
    answered(copy, dana, now)
    assert make.client_of(dana).get(f"{FILE}{Job.objects.get().pk}/").status_code == 200


def test_of_whoever_was_erased_the_number_alone_is_left(
    zhang: Patient, alice: Staff, dana: Staff, now: datetime
) -> None:
    make.promise(zhang, owner=alice, at=now)
    approved(zhang, alice, dana, now)
    erase_all(now)
    (row,) = exported(dana, now)
    assert row[:3] == ["To be erased", "", zhang.number]
    assert exported(alice, now) == []


def test_asked_for_once_with_its_purpose_and_fetched(copy: DataRequest, dana: Staff, now: datetime) -> None:
    desk = make.client_of(dana)
    told = {"submission": str(uuid4()), "format": "xlsx", "purpose": "list", "state": "open"}
    for _ in range(2):
        assert desk.post(FILE, told)["Location"] == "/jobs/"
    job = run_next_export(REQUESTS, now=lambda: now)
    assert job is not None
    assert AuditEntry.objects.get(verb="data_requests.exported").fields == ["export_list"]
    assert f"{FILE}{job.pk}/" in desk.get("/jobs/").content.decode()
    assert b"".join(desk.get(f"{FILE}{job.pk}/").streaming_content).startswith(b"PK")  # type: ignore[attr-defined]
    for wrong in ({"purpose": "curious"}, {"state": "gone"}):
        assert desk.post(FILE, {**told, "submission": str(uuid4()), **wrong})["Location"] == LIST
    assert Job.objects.count() == 1


def test_neither_without_figures_nor_without_the_list(copy: DataRequest) -> None:
    clerk, doctor = make.staff("clerk", "customer_service"), make.staff("doctor", "doctor")
    assert FILE not in make.client_of(clerk).get(LIST).content.decode()
    told = {"format": "csv", "purpose": "list", "submission": str(uuid4())}
    for person in (clerk, doctor):
        browser = make.client_of(person)
        assert browser.post(FILE, told).status_code == 403
        assert sent(browser, "post", ROOM, **told).status_code == 403
        assert browser.get(f"{FILE}1/").status_code == 403
    assert not Job.objects.exists()


def test_programs_ask_for_it_by_the_lists_filters(copy: DataRequest, dana: Staff, now: datetime) -> None:
    program = make.client_of(dana)
    told = {"format": "csv", "purpose": "system", "state": "open", "submission": str(uuid4())}
    first, again = sent(program, "post", ROOM, **told), sent(program, "post", ROOM, **told)
    assert (first.status_code, again.status_code, first.json()) == (201, 200, again.json())
    run_next_export(REQUESTS, now=lambda: now)
    file = program.get(f"{ROOM}{first.json()['id']}/")
    assert "张桂兰" in b"".join(file.streaming_content).decode()  # type: ignore[attr-defined]
    filters = {*DataRequestFilter.base_filters, "format", "purpose", "submission"}
    assert set(DataRequestExportSerializer().fields) == filters
