"""The list of promises as a file: as far as one's figures reach, nothing about oneself, masked unless allowed.

Mission B1, B4.
"""

import csv
import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.http import QueryDict
from django.test import Client

from accounts.models import AuditEntry, Department, Staff
from hospital_crm.lib.exports import ExportPurpose
from jobs.models import Job
from jobs.services.exports import request_export, run_next_export
from patients.models import Patient
from promises.filters import PromiseFilter
from promises.models import Promise
from promises.serializers.exports import PromiseExportSerializer
from promises.services.closing import keep_promise
from promises.services.exports import PROMISES
from tests import make
from tests.api.test_patients import sent

NUMBER, LIST, FILE = "13800001234", "/promises/", "/promises/export/"
ROOM = "/api/v1/promises/export/"
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _clock(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def zhang(cataract: Department) -> Patient:
    return make.patient("张桂兰", NUMBER, department=cataract)


@pytest.fixture
def owed(zhang: Patient, alice: Staff, now: datetime) -> Promise:
    """By Alice, in an hour."""
    return make.promise(zhang, owner=alice, note="=1+1", at=now)


def exported(staff: Staff, now: datetime, **wanted: object) -> list[list[str]]:
    request_export(export=PROMISES, wanted=wanted, kind="csv", purpose=ExportPurpose.CHECK, staff=staff, at=now)
    job = run_next_export(PROMISES, now=lambda: now)
    assert job is not None
    assert job.result is not None
    return list(csv.reader(io.StringIO(job.result.content.read().decode("utf-8-sig"))))[1:]


def test_a_manager_carries_away_what_the_department_owes_with_numbers(
    owed: Promise, charlie: Staff, dana: Staff, now: datetime
) -> None:
    make.promise(make.patient("何建平"), owner=charlie, at=now)  # of another department
    (row,) = exported(dana, now)
    assert {"张桂兰", "'=1+1"} <= set(row)
    assert NUMBER in "".join(row).replace(" ", "")


def test_others_carry_away_what_they_owe_masked(owed: Promise, alice: Staff, bob: Staff, now: datetime) -> None:
    make.team("热线组", alice, bob)
    (row,) = exported(alice, now)
    assert "138****1234" in row
    assert NUMBER not in "".join(row).replace(" ", "")
    assert Promise.objects.visible_to(bob, now.date()).exists()
    assert exported(bob, now) == [], "seen as the team's, but not in one's own figures"


def test_nothing_about_oneself(owed: Promise, dana: Staff, now: datetime) -> None:
    owed.excluded.add(dana)
    assert exported(dana, now) == []


def test_whoever_it_turns_out_to_be_about_does_not_get_the_file(owed: Promise, dana: Staff, now: datetime) -> None:
    exported(dana, now)
    browser, url = make.client_of(dana), f"{FILE}{Job.objects.get().pk}/"
    assert browser.get(url).status_code == 200
    owed.excluded.add(dana)
    assert browser.get(url)["Location"] == "/jobs/"


def test_what_was_kept_meanwhile_takes_nothing_from_the_file(owed: Promise, alice: Staff, now: datetime) -> None:
    exported(alice, now, state="open")
    keep_promise(promise=owed, actor=alice.actor, at=now)
    assert make.client_of(alice).get(f"{FILE}{Job.objects.get().pk}/").status_code == 200


def test_whoever_has_another_team_meanwhile_does_not_get_the_file(owed: Promise, alice: Staff, now: datetime) -> None:
    exported(alice, now)
    make.team("眼底组", alice)
    assert make.client_of(alice).get(f"{FILE}{Job.objects.get().pk}/")["Location"] == "/jobs/"


@pytest.mark.parametrize(
    "query",
    [
        "state=open", "state=late", "state=unowned", "state=kept", "state=", "kind=look_into", "owner=null", "owner={}",
        "team=null", "since=2026-03-12", "until=2026-03-12", "measure=judged", "whose=mine", "whose=team", "falls=hour",
        "falls=late", "whose=team&falls=unowned",
    ],
)  # fmt: skip
def test_it_holds_what_the_filter_shows(
    owed: Promise, zhang: Patient, alice: Staff, dana: Staff, now: datetime, query: str
) -> None:
    team = make.team("热线组", alice, dana, lead=dana)
    make.promise(zhang, team=team, note="nobody's", at=now)
    make.promise(zhang, owner=dana, kind="look_into", note="late", at=now - 3 * HOUR, due_at=now - HOUR)
    kept = make.promise(zhang, owner=alice, note="kept", at=now, due_at=now + timedelta(days=3))
    keep_promise(promise=kept, actor=alice.actor, at=now)
    request: Any = type("Request", (), {"user": dana})()
    asked = QueryDict(query.format(alice.pk))
    shown = PromiseFilter(asked, Promise.objects.visible_to(dana, now.date()), request=request)
    notes = {note.replace("=", "'=") for note in shown.qs.values_list("note", flat=True)}
    assert {row[5] for row in exported(dana, now, **shown.form.cleaned_data)} == notes


def test_late_is_what_was_late_when_it_was_asked_for(owed: Promise, dana: Staff, now: datetime) -> None:
    request_export(
        export=PROMISES, wanted={"state": "late"}, kind="csv", purpose=ExportPurpose.LIST, staff=dana, at=now
    )
    with time_machine.travel(now + 2 * HOUR, tick=False):
        job = run_next_export(PROMISES, now=lambda: now + 2 * HOUR)
    assert job is not None
    assert job.result is not None
    assert len(job.result.content.read().splitlines()) == 1, "the heading alone"
    assert owed.is_open


def test_the_purpose_is_on_record(owed: Promise, dana: Staff, now: datetime) -> None:
    exported(dana, now)
    entry = AuditEntry.objects.get(verb="promises.exported")
    assert (entry.actor, entry.fields, entry.subject_id) == (dana.actor, ["export_check"], Job.objects.get().pk)


def test_asked_for_once_on_the_page_and_fetched(owed: Promise, dana: Staff, now: datetime) -> None:
    browser: Client = make.client_of(dana)
    assert '<input type="hidden" name="state" value="open">' in browser.get(LIST).content.decode()
    told = {"submission": str(uuid4()), "format": "xlsx", "purpose": "list", "state": "open"}
    for _ in range(2):
        assert browser.post(FILE, told)["Location"] == "/jobs/"
    job = run_next_export(PROMISES, now=lambda: now)
    assert job is not None
    assert Job.objects.count() == 1
    assert f"{FILE}{job.pk}/" in browser.get("/jobs/").content.decode()
    file = browser.get(f"{FILE}{job.pk}/")
    assert b"".join(file.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]
    assert make.client_of(make.staff("gina", "guide")).get(f"{FILE}{job.pk}/").status_code == 404
    refused = browser.post(FILE, {**told, "submission": str(uuid4()), "purpose": "curious"})
    assert refused["Location"] == LIST


def test_whoever_has_no_figures_is_offered_nothing(zhang: Patient, now: datetime) -> None:
    clerk = make.staff("clerk", "customer_service")
    make.promise(zhang, owner=clerk, at=now)
    browser = make.client_of(clerk)
    told = {"format": "csv", "purpose": "list", "submission": str(uuid4())}
    assert FILE not in browser.get(LIST).content.decode()
    assert browser.post(FILE, told).status_code == 403
    assert sent(browser, "post", ROOM, **told).status_code == 403
    assert exported(clerk, now) == []


def test_programs_ask_for_it_once(owed: Promise, dana: Staff, now: datetime) -> None:
    program = make.client_of(dana)
    told = {"format": "csv", "purpose": "system", "state": "open", "since": "2026-03-12", "submission": str(uuid4())}
    first, again = sent(program, "post", ROOM, **told), sent(program, "post", ROOM, **told)
    assert (first.status_code, again.status_code, first.json()) == (201, 200, again.json())
    run_next_export(PROMISES, now=lambda: now)
    file = program.get(f"{ROOM}{first.json()['id']}/")
    assert "张桂兰" in b"".join(file.streaming_content).decode()  # type: ignore[attr-defined]
    assert sent(program, "post", ROOM, format="csv").json()["errors"].keys() == {"purpose"}
    assert owed.is_open


def test_the_filters_are_those_of_the_list() -> None:
    assert set(PromiseExportSerializer().fields) == {*PromiseFilter.base_filters, "format", "purpose", "submission"}
