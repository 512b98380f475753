"""The list of organisations as a file: for a purpose, within one's figures, masked unless allowed. Mission A1."""

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import datetime
from uuid import uuid4
from xml.etree import ElementTree

import pytest
import time_machine
from django.test import Client

from accounts.models import AuditEntry, Department, Staff
from hospital_crm.lib.exports import ExportPurpose
from hospital_crm.lib.phones import read_phone
from jobs.models import Job
from jobs.services.exports import request_export, run_next_export
from patients.models import Organisation
from patients.services.exports import ORGANISATIONS
from patients.services.organisation_people import add_organisation_contact
from patients.services.organisations import end_organisation
from tests import make
from tests.api.test_patients import sent

NUMBER, LIST, FILE = "13800001234", "/organisations/", "/organisations/export/"
ROOM = "/api/v1/organisations/export/"
EXCEL = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RUN = ["=1+1", "+1", "-1", "@sum"]  # what a spreadsheet would run


@pytest.fixture(autouse=True)
def _clock(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def school(alice: Staff, now: datetime) -> Organisation:
    """Looked after by Alice."""
    place = make.organisation("示范中学", kind="school", owner=alice, digits="057155500100")
    values = {"name": "钱老师"}
    add_organisation_contact(organisation=place, values=values, phone=read_phone(NUMBER), actor=make.by(), at=now)
    return place


def content(staff: Staff, now: datetime, ending: str = "csv", **wanted: object) -> bytes:
    request_export(export=ORGANISATIONS, wanted=wanted, kind=ending, purpose=ExportPurpose.CHECK, staff=staff, at=now)
    job = run_next_export(ORGANISATIONS, now=lambda: now)
    assert job is not None
    assert job.result is not None
    return bytes(job.result.content.read())


def exported(staff: Staff, now: datetime, **wanted: object) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content(staff, now, "csv", **wanted).decode("utf-8-sig"))))[1:]


def names(staff: Staff, now: datetime, **wanted: object) -> list[str]:
    return [row[1] for row in exported(staff, now, **wanted)]


def test_a_manager_carries_away_all_with_numbers(school: Organisation, dana: Staff, now: datetime) -> None:
    make.organisation("海湾社区", kind="community")
    other, first = exported(dana, now)
    assert {school.number, "示范中学", "0571 5550 0100", "钱老师"} <= set(first)
    assert NUMBER in "".join(first).replace(" ", "")
    assert other[1] == "海湾社区"


def test_others_carry_away_what_they_look_after_masked(school: Organisation, alice: Staff, now: datetime) -> None:
    make.organisation("海湾社区")
    (row,) = exported(alice, now)
    assert {"示范中学", "0571 5550 0100", "138****1234"} <= set(row)
    assert NUMBER not in "".join(row).replace(" ", "")


def test_a_team_carries_away_what_the_team_looks_after(
    school: Organisation, alice: Staff, charlie: Staff, now: datetime
) -> None:
    assert names(charlie, now) == []
    make.team("外联组", alice, charlie)
    assert names(charlie, now) == ["示范中学"]


def test_without_figures_or_organisations_nothing_is_carried_away(school: Organisation, cataract: Department) -> None:
    for role in ("customer_service", "health_adviser", "doctor"):
        staff = make.staff("", role, department=cataract)
        assert not Organisation.objects.exportable_by(staff).exists(), role
        browser = make.client_of(staff)
        asked = {"format": "csv", "purpose": "list", "submission": str(uuid4())}
        assert browser.post(FILE, asked).status_code == 403, role
        assert sent(browser, "post", ROOM, **asked).status_code == 403, role
    assert not Job.objects.exists()


def test_it_holds_what_the_filter_shows(school: Organisation, alice: Staff, dana: Staff, now: datetime) -> None:
    bay = make.organisation("海湾社区", kind="community")
    desk = make.client_of(dana)
    for wanted in ({"q": "sfzx"}, {"kind": "school"}, {"owner": alice}):
        assert names(dana, now, **wanted) == ["示范中学"], wanted
    assert names(dana, now, owner="null") == ["海湾社区"]
    end_organisation(organisation=bay, reason="合并", actor=make.by(), at=now)
    for state in ("active", "ended", ""):
        shown = desk.get("/api/v1/organisations/", {"state": state}).json()["results"]
        assert names(dana, now, state=state) == [row["name"] for row in shown]
    assert names(dana, now, state="ended") == ["海湾社区"]


def test_in_a_csv_no_cell_is_run(dana: Staff, now: datetime) -> None:
    for name in RUN:
        make.organisation(name)
    assert names(dana, now) == [f"'{name}" for name in reversed(RUN)]


def test_in_an_excel_file_a_formula_is_text(dana: Staff, now: datetime) -> None:
    for name in RUN:
        make.organisation(name)
    book = zipfile.ZipFile(io.BytesIO(content(dana, now, "xlsx")))
    sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    cells = list(sheet.iter(f"{EXCEL}c"))
    assert {cell.get("t") for cell in cells} == {"inlineStr"}
    assert set(RUN) <= {"".join(cell.itertext()) for cell in cells}
    assert not list(sheet.iter(f"{EXCEL}f"))


def test_the_purpose_is_on_record(school: Organisation, dana: Staff, now: datetime) -> None:
    content(dana, now)
    entry = AuditEntry.objects.get(verb="organisations.exported")
    assert (entry.actor, entry.fields, entry.subject_id) == (dana.actor, ["export_check"], Job.objects.get().pk)
    assert school.pk


def test_asked_for_once_on_the_page_and_fetched(school: Organisation, dana: Staff, now: datetime) -> None:
    browser: Client = make.client_of(dana)
    assert '<input type="hidden" name="state" value="active">' in browser.get(LIST).content.decode()
    told = {"submission": str(uuid4()), "format": "xlsx", "purpose": "list", "q": "sfzx"}
    for _ in range(2):
        assert browser.post(FILE, told)["Location"] == "/jobs/"
    job = run_next_export(ORGANISATIONS, now=lambda: now)
    assert job is not None
    assert Job.objects.count() == 1
    assert f"{FILE}{job.pk}/" in browser.get("/jobs/").content.decode()
    file = browser.get(f"{FILE}{job.pk}/")
    assert b"".join(file.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]
    assert make.client_of(make.staff("gina", "guide")).get(f"{FILE}{job.pk}/").status_code == 404
    refused = browser.post(FILE, {**told, "submission": str(uuid4()), "purpose": "curious"})
    assert refused["Location"] == LIST


def test_only_who_may_export_is_offered_it(school: Organisation, dana: Staff) -> None:
    clerk = make.client_of(make.staff("clerk", "customer_service"))
    assert FILE in make.client_of(dana).get(LIST).content.decode()
    assert FILE not in clerk.get(LIST).content.decode()
    assert school.pk


def test_programs_ask_for_it_once(school: Organisation, dana: Staff, now: datetime) -> None:
    make.organisation("海湾社区")
    program = make.client_of(dana)
    told = {"format": "csv", "purpose": "system", "kind": "school", "submission": str(uuid4())}
    first, again = sent(program, "post", ROOM, **told), sent(program, "post", ROOM, **told)
    assert (first.status_code, again.status_code, first.json()) == (201, 200, again.json())
    run_next_export(ORGANISATIONS, now=lambda: now)
    file = program.get(f"{ROOM}{first.json()['id']}/")
    text = b"".join(file.streaming_content).decode()  # type: ignore[attr-defined]
    assert (school.name in text, "海湾社区" in text) == (True, False)
    assert sent(program, "post", ROOM, format="csv").json()["errors"].keys() == {"purpose"}
