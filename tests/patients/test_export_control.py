"""Registration control of a day as a file: both lists, for a purpose, of whom one may carry away. Mission A2."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.utils.translation import override

from accounts.models import AuditEntry, Department, Staff
from hospital_crm.lib.exports import ExportPurpose
from jobs.models import Job
from jobs.services.exports import request_export, run_next_export
from patients.models import Patient
from patients.services.desk import register_at_desk
from patients.services.exports import CONTROL
from promises.services.closing import keep_promise
from tests import make
from tests.api.test_patients import sent

PAGE, FILE, ROOM = "/patients/registration/", "/patients/registration/export/", "/api/v1/registration-control/export/"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _clock(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def gina(cataract: Department) -> Staff:
    return make.staff("gina", "guide", department=cataract)


@pytest.fixture
def missed(cataract: Department, now: datetime) -> Patient:
    """Was here, and no desk knew."""
    patient = make.patient("=张桂兰", department=cataract)
    make.visit(patient, starts_at=now, department=cataract)
    return patient


@pytest.fixture
def idle(gina: Staff, now: datetime) -> Patient:
    """Whom the desk registered for nothing."""
    return make.patient("何建平", actor=gina.actor, at=now)


def exported(staff: Staff, now: datetime, day: str = "2026-03-12") -> list[list[str]]:
    order: dict[str, Any] = {"kind": "csv", "purpose": ExportPurpose.CHECK, "staff": staff, "at": now}
    with override("en"):
        request_export(export=CONTROL, wanted={}, beside={"day": day}, **order)
    job = run_next_export(CONTROL, now=lambda: now)
    assert job is not None
    assert job.result is not None
    return list(csv.reader(io.StringIO(job.result.content.read().decode("utf-8-sig"))))[1:]


def test_both_lists_of_that_day(missed: Patient, idle: Patient, dana: Staff, now: datetime) -> None:
    visit, registration = exported(dana, now)
    assert visit[:3] == ["Visits without registration", missed.number, "'=张桂兰"]
    assert registration[:3] == ["Registrations without visit", idle.number, "何建平"]
    assert (visit[4], registration[6]) == ("2026-03-12 10:24", "2026-03-12 10:24")
    assert exported(dana, now, day="2026-03-11") == []


def test_others_carry_away_those_whom_they_owe_something(
    missed: Patient, idle: Patient, gina: Staff, now: datetime
) -> None:
    assert exported(gina, now) == []
    make.promise(idle, owner=gina, at=now)
    assert [row[2] for row in exported(gina, now)] == ["何建平"]


def test_whoever_is_registered_meanwhile_takes_nothing_from_the_file(
    missed: Patient, dana: Staff, now: datetime
) -> None:
    exported(dana, now)
    register_at_desk(patient=missed, actor=dana.actor, at=now)
    assert make.client_of(dana).get(f"{FILE}{Job.objects.get().pk}/").status_code == 200


def test_only_what_is_in_the_file_counts(idle: Patient, gina: Staff, now: datetime) -> None:
    owed, elsewhere = make.promise(idle, owner=gina, at=now), make.patient("沈无关")
    other = make.promise(elsewhere, owner=gina, at=now)
    exported(gina, now)
    browser, url = make.client_of(gina), f"{FILE}{Job.objects.get().pk}/"
    keep_promise(promise=other, actor=gina.actor, at=now)
    later = make.patient("周后来", actor=gina.actor, at=now)
    make.promise(later, owner=gina, at=now)
    make.visit(idle, starts_at=now)
    assert browser.get(url).status_code == 200
    keep_promise(promise=owed, actor=gina.actor, at=now)
    assert browser.get(url)["Location"] == "/jobs/"


def test_whoever_may_not_carry_the_visitor_away_any_more_does_not_get_the_file(
    missed: Patient, gina: Staff, now: datetime
) -> None:
    owed = make.promise(missed, owner=gina, at=now)
    assert [row[2] for row in exported(gina, now)] == ["'=张桂兰"]
    keep_promise(promise=owed, actor=gina.actor, at=now)
    assert make.client_of(gina).get(f"{FILE}{Job.objects.get().pk}/")["Location"] == "/jobs/"


def test_asked_for_on_the_page_with_its_purpose(missed: Patient, dana: Staff, now: datetime) -> None:
    desk, order = make.client_of(dana), {"submission": str(uuid4()), "format": "xlsx", "purpose": "list"}
    page = desk.get(PAGE, {"day": "2026-03-12", "show": "idle"}).content.decode()
    assert '<input type="hidden" name="day" value="2026-03-12">' in page
    assert FILE not in desk.get(PAGE, {"day": "2026-03-11"}).content.decode(), "nothing to carry away"
    assert desk.post(FILE, {**order, "purpose": "", "day": "2026-03-12"})["Location"] == f"{PAGE}?day=2026-03-12"
    assert desk.post(FILE, {**order, "day": "2026-03-12"})["Location"] == "/jobs/"
    job = run_next_export(CONTROL, now=lambda: now)
    assert job is not None
    assert AuditEntry.objects.get(verb="registration.exported").fields == ["export_list"]
    assert f"{FILE}{job.pk}/" in desk.get("/jobs/").content.decode()
    assert b"".join(desk.get(f"{FILE}{job.pk}/").streaming_content).startswith(b"PK")  # type: ignore[attr-defined]


def test_whoever_does_not_control_the_desk_gets_none(missed: Patient, alice: Staff) -> None:
    browser, order = make.client_of(alice), {"format": "csv", "purpose": "list", "submission": str(uuid4())}
    assert browser.post(FILE, order).status_code == 403
    assert sent(browser, "post", ROOM, **order).status_code == 403


def test_programs_ask_for_a_day_that_has_come(missed: Patient, dana: Staff, now: datetime) -> None:
    program, order = make.client_of(dana), {"format": "csv", "purpose": "system"}
    for day in (f"{now + DAY:%Y-%m-%d}", "0001-01-01", "soon"):
        assert sent(program, "post", ROOM, day=day, **order).json()["errors"].keys() == {"day"}
    asked = sent(program, "post", ROOM, **order)
    run_next_export(CONTROL, now=lambda: now)
    file = program.get(f"{ROOM}{asked.json()['id']}/")
    assert "张桂兰" in b"".join(file.streaming_content).decode()  # type: ignore[attr-defined]
