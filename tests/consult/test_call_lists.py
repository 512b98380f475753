"""Find calls again: within one's scope, by day, person, channel, ending, topic and words; as a file. Mission B7, J1."""

import csv
import io
import zipfile
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4
from xml.etree import ElementTree

import pytest
import time_machine

from accounts.models import AuditEntry, Staff, Team
from accounts.services.departments import update_department
from consult.models import Call
from consult.services.exports import CALLS
from institution.models import ReferenceItem
from jobs.models import Job
from jobs.services.exports import run_next_export
from tests import make
from tests.accounts.pages import in_english

TODAY, DAY = date(2026, 3, 12), timedelta(days=1)
EXCEL = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def seen_by(staff: Staff) -> list[str]:
    return [call.person_name for call in Call.objects.visible_to(staff).order_by("pk")]


def test_within_ones_scope(alice: Staff, bob: Staff, charlie: Staff, dana: Staff, now: datetime) -> None:
    guide, doctor = make.staff("", "guide"), make.staff("", "doctor")
    make.team("前台", guide, charlie)
    for staff in (alice, charlie, guide, doctor):
        make.call(staff, name=staff.username, at=now)
    names = [alice.username, charlie.username, guide.username, doctor.username]
    assert seen_by(bob) == names  # consultants see the hospital
    assert seen_by(guide) == [charlie.username, guide.username]
    assert seen_by(charlie) == [charlie.username]
    assert seen_by(doctor) == [doctor.username]
    assert seen_by(dana) == [alice.username]  # the department and all below
    assert seen_by(make.staff("", "administrator")) == []


def test_a_closed_team_shows_no_calls(charlie: Staff, now: datetime) -> None:
    guide = make.staff("", "guide")
    open_one, closed = make.team("前台", guide), make.team("热线组", guide, charlie)
    make.call(charlie, name="王建军", at=now)
    make.call(make.staff("", "doctor"), name="李四", at=now)
    assert seen_by(guide) == ["王建军"]
    Team.objects.filter(pk=closed.pk).update(is_active=False)
    assert seen_by(guide) == []
    open_one.members.add(charlie)
    assert seen_by(guide) == ["王建军"]


def test_carried_away_as_far_as_ones_figures_reach(alice: Staff, bob: Staff, dana: Staff, now: datetime) -> None:
    make.call(alice, name="王建军", at=now)
    service = make.staff("", "customer_service")
    reach = [Call.objects.exportable_by(staff).count() for staff in (alice, bob, dana, service)]
    assert reach == [1, 0, 1, 0]


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({}, ["王小雨", "王建军"]),
        ({"since": TODAY}, ["王小雨"]),
        ({"until": TODAY - DAY}, ["王建军"]),
        ({"since": TODAY - DAY, "until": TODAY}, ["王小雨", "王建军"]),
        ({"channel": "desk"}, ["王建军"]),
        ({"direction": "out"}, []),
        ({"disposition": "answered"}, ["王小雨", "王建军"]),
        ({"topic": "fee"}, ["王建军"]),
        ({"q": "57 元"}, ["王建军"]),
        ({"q": "小雨"}, ["王小雨"]),
        ({"q": "5678"}, ["王小雨"]),
        ({"q": "%"}, []),
    ],
)
def test_by_what_is_asked(alice: Staff, now: datetime, asked: dict[str, Any], names: list[str]) -> None:
    yesterday = now.replace(hour=0, minute=0) - timedelta(seconds=1)
    make.call(alice, name="王建军", topic="fee", answer="57 元", channel=Call.Channel.DESK, at=yesterday)
    make.call(alice, name="王小雨", number="13900005678", at=now.replace(hour=0, minute=0))
    if "topic" in asked:
        asked = {"topic": ReferenceItem.objects.get(list__code="call_topic", code="fee")}
    found = Call.objects.all().matching(**asked).newest_first()
    assert [call.person_name for call in found] == names


@pytest.mark.parametrize(
    ("typed", "is_found"),
    [
        ("5678", True),
        ("05678", False),
        ("0005678", False),
        ("00005678", True),  # without what may be an area code
        ("139", False),
        ("13900", False),
        ("1390000567", False),
        ("139 0000 5678", True),
        ("678", False),
    ],
)
def test_no_number_is_guessed_digit_by_digit(alice: Staff, now: datetime, typed: str, is_found: bool) -> None:
    make.call(alice, number="13900005678", at=now)
    assert Call.objects.holding(typed).exists() is is_found


def test_the_list_masks_and_says_why_it_is_empty(alice: Staff, now: datetime) -> None:
    desk = in_english(make.client_of(alice))
    assert "No call here" in desk.get("/calls/").content.decode()
    make.call(alice, name="王建军", number="13800001234", at=now)
    with time_machine.travel(now, tick=False):
        text = desk.get("/calls/", {"q": "1234"}).content.decode()
    assert "138****1234" in text
    assert "13800001234" not in text
    assert desk.get("/calls/", {"q": "\0", "since": "soon", "topic": "x"}).status_code == 200


@pytest.mark.parametrize(
    ("asked", "names", "days"),
    [
        ({"q": "白内障"}, ["王五"], "the calls of 2026-02-10 to 2026-03-12"),  # the last 31 days
        ({"q": "白内障", "since": "2026-02-09"}, ["王五", "李四"], "the calls of 2026-02-09 to 2026-03-12"),
        ({"q": "白内障", "until": "2026-02-09"}, ["李四"], "the calls of 2026-01-10 to 2026-02-09"),
        (
            {"q": "白内障", "since": "2020-01-01"},
            ["王五", "李四"],
            "the calls of 2025-03-12 to 2026-03-12",
        ),  # a year at most
        ({"q": "白内障", "since": "2026-02-09", "until": "2026-02-09"}, ["李四"], "the calls of 2026-02-09."),
        ({"q": "白内障", "since": "soon"}, ["王五"], "the calls of 2026-02-10 to 2026-03-12"),
        ({"disposition": "answered"}, ["王五", "李四", "赵六"], ""),  # an index finds these
    ],
)
def test_words_are_looked_for_in_days_that_the_page_names(
    alice: Staff, now: datetime, asked: dict[str, str], names: list[str], days: str
) -> None:
    today = now.replace(hour=0, minute=0)
    for name, at in (("王五", today - 30 * DAY), ("李四", today - 31 * DAY), ("赵六", today - 700 * DAY)):
        make.call(alice, name=name, question="白内障术后", at=at)
    with time_machine.travel(now, tick=False):
        desk = in_english(make.client_of(alice))
        text = desk.get("/calls/", asked).content.decode()
    assert [name for name in ("王五", "李四", "赵六") if name in text.partition("<tbody>")[2]] == names
    assert ("Looked for in the calls" in text) == bool(days)
    assert days in text


def test_the_filter_shows_the_days_in_which_words_are_looked_for(alice: Staff, now: datetime) -> None:
    desk = in_english(make.client_of(alice))
    with time_machine.travel(now, tick=False):
        shown = {since: desk.get("/calls/", {"q": "x", "since": since}).content.decode() for since in ("", "soon")}
    assert '<input type="date" name="since" value="2026-02-10"' in shown[""]
    assert '<input type="date" name="since" value="soon"' in shown["soon"]


def test_one_call_is_opened_within_ones_scope_and_the_look_is_recorded(
    alice: Staff, charlie: Staff, frank: Staff, now: datetime
) -> None:
    call = make.call(alice, make.patient("张桂兰", "13800001234"), number="13800001234", question="<b>怎么走", at=now)
    text = make.client_of(alice).get(f"/calls/{call.pk}/").content.decode()
    assert "&lt;b&gt;怎么走" in text
    assert "13800001234" not in text
    assert AuditEntry.objects.about(call).filter(verb="call.opened").count() == 1
    assert make.client_of(charlie).get(f"/calls/{call.pk}/").status_code == 404
    assert make.client_of(frank).get(f"/calls/{call.pk}/").status_code == 403


def test_the_patients_page_shows_the_calls_that_one_may_see(alice: Staff, charlie: Staff, now: datetime) -> None:
    patient = make.patient("张桂兰")
    call = make.call(alice, patient, at=now)
    for url in (f"/calls/for-patient/{patient.pk}/", f"/patients/{patient.pk}/ahead/"):
        assert f"/calls/{call.pk}/" in make.client_of(alice).get(url).content.decode()
        assert f"/calls/{call.pk}/" not in make.client_of(charlie).get(url).content.decode()


def exported(staff: Staff, kind: str, now: datetime, **asked: str) -> list[list[str]]:
    """What the file holds after the button was pressed and the worker came by."""
    desk = in_english(make.client_of(staff))
    told = {"submission": "8a7b0f0e-6f0c-4a53-9f10-0d7f4a0f6f01", "format": kind, "purpose": "check"}
    sent = {**told, "disposition": "answered", **asked}
    desk.post("/calls/export/", sent)
    desk.post("/calls/export/", sent)  # pressed twice
    assert run_next_export(CALLS, now=lambda: now) is not None
    assert run_next_export(CALLS, now=lambda: now) is None
    job = Job.objects.get()
    body = b"".join(desk.get(f"/calls/export/{job.pk}/").streaming_content)  # type: ignore[attr-defined]
    if kind == "csv":
        return list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    sheet = ElementTree.fromstring(zipfile.ZipFile(io.BytesIO(body)).read("xl/worksheets/sheet1.xml"))
    return [["".join(cell.itertext()) for cell in row] for row in sheet.iter(f"{EXCEL}row")]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_as_a_file_with_numbers_only_for_who_may(alice: Staff, dana: Staff, now: datetime, kind: str) -> None:
    make.call(alice, make.patient("张桂兰"), number="13800001234", question="=1+1", at=now)
    heading, row = exported(alice, kind, now)
    assert heading[:2] == ["Began", "Length"]
    assert row[0] == "2026-03-12 10:24:00"
    assert "138****1234" in row
    assert ("'=1+1" if kind == "csv" else "=1+1") in row
    Job.objects.all().delete()


def test_a_file_holds_what_the_page_found(alice: Staff, dana: Staff, now: datetime) -> None:
    for days in (0, 31, 62):
        make.call(alice, name=f"{days} days", question="白内障术后", at=now - days * DAY)
    with time_machine.travel(now, tick=False):
        names = [row[5] for row in exported(dana, "csv", now, q="白内障", until=f"{now - 31 * DAY:%Y-%m-%d}")[1:]]
    assert names == ["31 days"]


def test_a_manager_exports_numbers_in_clear(alice: Staff, dana: Staff, now: datetime) -> None:
    make.call(alice, name="王建军", number="13800001234", at=now)
    assert "13800001234" in exported(dana, "csv", now)[1]


def test_a_file_is_fetched_by_whoever_asked_for_it(alice: Staff, bob: Staff, now: datetime) -> None:
    make.call(alice, at=now)
    exported(alice, "csv", now)
    assert make.client_of(bob).get(f"/calls/export/{Job.objects.get().pk}/").status_code == 404
    assert in_english(make.client_of(bob)).post("/calls/export/", {"format": "exe"})["Location"] == "/calls/"


def test_a_file_of_a_department_that_is_no_longer_ones_own_is_not_fetched(
    alice: Staff, dana: Staff, frank: Staff, now: datetime
) -> None:
    part = make.department(parent=dana.department)
    guide = make.staff("", "guide", department=part)
    make.call(guide, at=now)
    assert len(exported(dana, "csv", now)) == 2
    values = {"parent": make.department(), "is_active": True, "head": None, "deputy": None}
    update_department(department=part, version=part.version, values=values, actor=frank.actor, at=now)
    answer = in_english(make.client_of(dana)).get(f"/calls/export/{Job.objects.get().pk}/", follow=True)
    assert "has changed since it was written" in answer.content.decode()


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("url", ["/calls/", "/api/v1/calls/"])
def test_the_first_and_the_last_day_of_the_calendar_are_days(alice: Staff, url: str, day: str) -> None:
    for asked in ({"until": day}, {"since": day}, {"since": day, "until": day}):
        assert make.client_of(alice).get(url, {"q": "1234", **asked}).status_code == 200


def test_an_export_until_the_first_day_of_the_calendar_is_asked_for(dana: Staff) -> None:
    asked = {"q": "1234", "until": "0001-01-01", "format": "csv", "purpose": "list", "submission": str(uuid4())}
    assert make.client_of(dana).post("/calls/export/", asked)["Location"] == "/jobs/"
    assert Job.objects.get().parameters["filter"]["since"] == "0001-01-01"
