"""Whom one speaks with at an organisation, as a file: for a purpose, within one's figures, masked unless allowed."""

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
from hospital_crm.lib.phones import read_phone
from jobs.models import Job
from jobs.services.exports import request_export, run_next_export
from patients.models import Organisation, OrganisationContact
from patients.services.exports import CONTACTS
from patients.services.organisation_people import add_organisation_contact, end_organisation_contact
from tests import make
from tests.api.test_patients import sent

NUMBER = "13800001234"
FILE, ROOM = "/organisations/contacts/export/", "/api/v1/organisation-contacts/export/"


@pytest.fixture(autouse=True)
def _clock(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def school(alice: Staff, now: datetime) -> Organisation:
    """Looked after by Alice."""
    place = make.organisation("示范中学", kind="school", owner=alice)
    values = {"name": "=钱老师", "position": "校医"}
    add_organisation_contact(organisation=place, values=values, phone=read_phone(NUMBER), actor=make.by(), at=now)
    return place


def exported(staff: Staff, place: Organisation, now: datetime) -> list[list[str]]:
    told: dict[str, Any] = {"kind": "csv", "purpose": ExportPurpose.CHECK, "staff": staff, "at": now}
    request_export(export=CONTACTS, wanted={}, beside={"organisation": place.pk}, **told)
    job = run_next_export(CONTACTS, now=lambda: now)
    assert job is not None
    assert job.result is not None
    return list(csv.reader(io.StringIO(job.result.content.read().decode("utf-8-sig"))))[1:]


def test_a_manager_carries_them_away_with_numbers(school: Organisation, dana: Staff, now: datetime) -> None:
    (row,) = exported(dana, school, now)
    assert row[:3] == ["示范中学", "'=钱老师", "校医"]
    assert row[3].replace(" ", "") == NUMBER


def test_whoever_looks_after_it_masked_and_others_not_at_all(
    school: Organisation, alice: Staff, bob: Staff, now: datetime
) -> None:
    (row,) = exported(alice, school, now)
    assert row[3] == "138****1234"
    assert exported(bob, school, now) == []


def test_whoever_left_stands_in_none_and_spoils_none(school: Organisation, dana: Staff, now: datetime) -> None:
    exported(dana, school, now)
    end_organisation_contact(contact=OrganisationContact.objects.get(), actor=dana.actor, at=now)
    assert make.client_of(dana).get(f"{FILE}{Job.objects.get().pk}/").status_code == 200
    assert exported(dana, school, now) == []


def test_asked_for_on_its_page_with_the_purpose(school: Organisation, dana: Staff, now: datetime) -> None:
    desk, page = make.client_of(dana), f"/organisations/{school.pk}/"
    assert f"{page}contacts/export/" in desk.get(page).content.decode()
    told = {"submission": str(uuid4()), "format": "xlsx", "purpose": "list"}
    assert desk.post(f"{page}contacts/export/", {**told, "purpose": ""})["Location"] == page
    assert desk.post(f"{page}contacts/export/", told)["Location"] == "/jobs/"
    job = run_next_export(CONTACTS, now=lambda: now)
    assert job is not None
    assert AuditEntry.objects.get(verb="contacts.exported").fields == ["export_list"]
    assert f"{FILE}{job.pk}/" in desk.get("/jobs/").content.decode()
    assert b"".join(desk.get(f"{FILE}{job.pk}/").streaming_content).startswith(b"PK")  # type: ignore[attr-defined]


def test_whoever_has_no_figures_is_offered_and_given_none(school: Organisation) -> None:
    clerk = make.client_of(make.staff("clerk", "customer_service"))
    page, told = f"/organisations/{school.pk}/", {"format": "csv", "purpose": "list", "submission": str(uuid4())}
    assert "contacts/export/" not in clerk.get(page).content.decode()
    assert clerk.post(f"{page}contacts/export/", told).status_code == 403
    assert sent(clerk, "post", ROOM, organisation=school.pk, **told).status_code == 403


def test_programs_ask_for_it(school: Organisation, dana: Staff, now: datetime) -> None:
    program, told = make.client_of(dana), {"format": "csv", "purpose": "system"}
    assert sent(program, "post", ROOM, organisation=school.pk + 1, **told).status_code == 404
    asked = sent(program, "post", ROOM, organisation=school.pk, **told)
    run_next_export(CONTACTS, now=lambda: now)
    file = program.get(f"{ROOM}{asked.json()['id']}/")
    assert "钱老师" in b"".join(file.streaming_content).decode()  # type: ignore[attr-defined]
