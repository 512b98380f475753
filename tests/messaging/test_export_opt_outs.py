"""What one patient has stopped, as a file: for a purpose, numbers masked for everybody. Missions A7, H4."""

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
from jobs.services.exports import run_next_export
from messaging.models import OptOut
from messaging.services.opt_out_exports import OPT_OUTS, request_opt_outs
from messaging.services.opt_outs import lift_opt_out, opt_out
from patients.models import Patient
from promises.services.closing import keep_promise
from tests import make
from tests.api.test_patients import sent

NUMBER = "13800001234"
FILE, ROOM = "/patients/stopped/export/", "/api/v1/opt-outs/export/"


@pytest.fixture(autouse=True)
def _clock(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def zhang(cataract: Department) -> Patient:
    return make.patient("张桂兰", NUMBER, department=cataract)


def stopped(now: datetime, **told: Any) -> OptOut:
    row, _is_new = opt_out(way=OptOut.Way.COLLEAGUE, actor=make.by(), at=now, **told)
    return row


@pytest.fixture
def at_number(zhang: Patient, now: datetime) -> OptOut:
    stopped(now, patient=make.patient("何建平"))
    return stopped(now, channel="sms", address=NUMBER, text="=T")


def exported(patient: Patient, staff: Staff, now: datetime) -> list[list[str]]:
    request_opt_outs(patient=patient, kind="csv", purpose=ExportPurpose.CHECK, staff=staff, at=now)
    job = run_next_export(OPT_OUTS, now=lambda: now)
    assert job is not None
    assert job.result is not None
    return list(csv.reader(io.StringIO(job.result.content.read().decode("utf-8-sig"))))[1:]


def test_all_that_the_list_shows_masked_for_whoever_exports_numbers_too(
    zhang: Patient, at_number: OptOut, dana: Staff, now: datetime
) -> None:
    whole = stopped(now, patient=zhang, scope=OptOut.Scope.ALL)
    lift_opt_out(opt_out=whole, reason="本人到前台", actor=dana.actor, at=now)
    lifted, number = exported(zhang, dana, now)
    assert {"138****1234", "'=T"} <= set(number)
    assert {dana.name, "本人到前台"} <= set(lifted)
    assert NUMBER not in "".join(number)


def test_of_whom_one_owes_something_and_no_longer_than_that(
    zhang: Patient, at_number: OptOut, alice: Staff, now: datetime
) -> None:
    assert exported(zhang, alice, now) == []
    owed = make.promise(zhang, owner=alice)
    assert len(exported(zhang, alice, now)) == 1
    browser, url = make.client_of(alice), f"{FILE}{Job.objects.latest('pk').pk}/"
    assert browser.get(url).status_code == 200
    keep_promise(promise=owed, actor=alice.actor, at=now)
    assert browser.get(url)["Location"] == "/jobs/"


def test_purpose_and_look_are_on_record(zhang: Patient, dana: Staff, now: datetime) -> None:
    exported(zhang, dana, now)
    assert AuditEntry.objects.get(verb="opt_outs.exported").fields == ["export_check"]
    assert AuditEntry.objects.get(verb="patient.opened").subject_id == zhang.pk


def test_asked_for_once_on_the_page_and_fetched(zhang: Patient, at_number: OptOut, dana: Staff, now: datetime) -> None:
    browser, page = make.client_of(dana), f"/patients/{zhang.pk}/stopped/"
    assert f"{page}export/" in browser.get(page).content.decode()
    told = {"submission": str(uuid4()), "format": "xlsx", "purpose": "list"}
    for _ in range(2):
        assert browser.post(f"{page}export/", told)["Location"] == "/jobs/"
    job = run_next_export(OPT_OUTS, now=lambda: now)
    assert job is not None
    assert Job.objects.count() == 1
    assert f"{FILE}{job.pk}/" in browser.get("/jobs/").content.decode()
    file = browser.get(f"{FILE}{job.pk}/")
    assert b"".join(file.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]
    refused = browser.post(f"{page}export/", {**told, "submission": str(uuid4()), "purpose": "curious"})
    assert refused["Location"] == page


def test_whoever_may_not_carry_the_patient_away_is_offered_nothing(
    zhang: Patient, at_number: OptOut, alice: Staff
) -> None:
    browser, page = make.client_of(alice), f"/patients/{zhang.pk}/stopped/"
    told = {"submission": str(uuid4()), "format": "csv", "purpose": "list"}
    assert "stopped/export/" not in browser.get(page).content.decode()
    assert browser.post(f"{page}export/", told).status_code == 404
    assert sent(browser, "post", ROOM, patient=zhang.pk, **told).status_code == 404
    clerk = make.client_of(make.staff("clerk", "customer_service"))
    assert clerk.post(f"{page}export/", told).status_code == 403
    assert not Job.objects.exists()


def test_programs_ask_for_it_once(zhang: Patient, at_number: OptOut, dana: Staff, now: datetime) -> None:
    program = make.client_of(dana)
    told = {"patient": zhang.pk, "format": "csv", "purpose": "system", "submission": str(uuid4())}
    first, again = sent(program, "post", ROOM, **told), sent(program, "post", ROOM, **told)
    assert (first.status_code, again.status_code, first.json()) == (201, 200, again.json())
    run_next_export(OPT_OUTS, now=lambda: now)
    file = program.get(f"{ROOM}{first.json()['id']}/")
    assert "138****1234" in b"".join(file.streaming_content).decode()  # type: ignore[attr-defined]
