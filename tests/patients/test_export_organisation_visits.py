"""Our visits to one organisation as a file: for a purpose, within one's figures."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
import time_machine

from accounts.models import AuditEntry, Staff
from hospital_crm.lib.exports import ExportPurpose
from jobs.models import Job
from jobs.services.exports import request_export, run_next_export
from patients.models import Organisation, OrganisationVisit
from patients.services.exports import VISITS_THERE
from patients.services.organisation_visits import cancel_organisation_visit, hold_organisation_visit
from tests import make
from tests.api.test_patients import sent

FILE, ROOM = "/organisations/visits/export/", "/api/v1/organisation-visits/export/"


@pytest.fixture(autouse=True)
def _clock(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def visit(alice: Staff) -> OrganisationVisit:
    """To a school that Alice looks after."""
    make.organisation_visit(make.organisation(), alice)
    return make.organisation_visit(make.organisation("示范中学", kind="school", owner=alice), alice, purpose="=1+1")


@pytest.fixture
def school(visit: OrganisationVisit) -> Organisation:
    return visit.organisation


def exported(staff: Staff, place: Organisation, now: datetime) -> list[list[str]]:
    told: dict[str, Any] = {"kind": "csv", "purpose": ExportPurpose.CHECK, "staff": staff, "at": now}
    request_export(export=VISITS_THERE, wanted={}, beside={"organisation": place.pk}, **told)
    job = run_next_export(VISITS_THERE, now=lambda: now)
    assert job is not None
    assert job.result is not None
    return list(csv.reader(io.StringIO(job.result.content.read().decode("utf-8-sig"))))[1:]


def test_a_row_says_when_who_went_what_for_and_what_came_of_it(
    visit: OrganisationVisit, school: Organisation, alice: Staff, dana: Staff, now: datetime
) -> None:
    by: dict[str, Any] = {"actor": alice.actor, "at": now}
    hold_organisation_visit(visit=visit, on_day=visit.on_day, visited_by=alice, result="愿意体检", **by)
    off = make.organisation_visit(school, alice)
    cancel_organisation_visit(visit=off, reason="下雨", **by)
    cancelled, held = exported(dana, school, now)
    assert {"示范中学", str(visit.on_day), alice.name, "'=1+1", "愿意体检"} <= set(held)
    assert cancelled[-1] == "下雨"


def test_of_an_organisation_within_ones_figures(school: Organisation, alice: Staff, bob: Staff, now: datetime) -> None:
    assert len(exported(alice, school, now)) == 1
    assert exported(bob, school, now) == []


def test_asked_for_on_its_page_with_the_purpose(school: Organisation, dana: Staff, now: datetime) -> None:
    desk, page = make.client_of(dana), f"/organisations/{school.pk}/visits/"
    assert f"{page}export/" in desk.get(page).content.decode()
    told = {"submission": str(uuid4()), "format": "xlsx", "purpose": "report"}
    assert desk.post(f"{page}export/", {**told, "purpose": ""})["Location"] == page
    assert desk.post(f"{page}export/", told)["Location"] == "/jobs/"
    job = run_next_export(VISITS_THERE, now=lambda: now)
    assert job is not None
    assert AuditEntry.objects.get(verb="organisation_visits.exported").fields == ["export_report"]
    assert f"{FILE}{job.pk}/" in desk.get("/jobs/").content.decode()
    assert b"".join(desk.get(f"{FILE}{job.pk}/").streaming_content).startswith(b"PK")  # type: ignore[attr-defined]


def test_whoever_has_no_figures_is_offered_and_given_none(school: Organisation) -> None:
    clerk, page = make.client_of(make.staff("clerk", "customer_service")), f"/organisations/{school.pk}/visits/"
    told = {"format": "csv", "purpose": "list", "submission": str(uuid4())}
    assert "visits/export/" not in clerk.get(page).content.decode()
    assert clerk.post(f"{page}export/", told).status_code == 403
    assert sent(clerk, "post", ROOM, organisation=school.pk, **told).status_code == 403
    assert not Job.objects.exists()


def test_programs_ask_for_it(school: Organisation, dana: Staff, now: datetime) -> None:
    program, told = make.client_of(dana), {"format": "csv", "purpose": "system"}
    assert sent(program, "post", ROOM, organisation=school.pk + 1, **told).status_code == 404
    asked = sent(program, "post", ROOM, organisation=school.pk, **told)
    run_next_export(VISITS_THERE, now=lambda: now)
    file = program.get(f"{ROOM}{asked.json()['id']}/")
    assert "示范中学" in b"".join(file.streaming_content).decode()  # type: ignore[attr-defined]
