"""Working calendars: the hospital's and departments' own, their hours, and which one holds where. Mission A7, D5."""

from datetime import date, datetime, time
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, Department, Staff
from hospital_crm.lib.errors import DuplicateSubmission, StaleVersion
from hospital_crm.lib.worktime import DAY, Kind, Range, WorkingDays, due
from institution import rules
from institution.models import CalendarDay, WorkingCalendar
from institution.services.calendars import (
    DepartmentHasCalendar,
    HospitalCalendarStays,
    HoursAreMissing,
    HoursClash,
    Week,
    create_calendar,
    remove_calendar,
    set_hours,
)
from institution.services.removals import GoneAlready
from institution.services.working_time import read_calendar, value_of
from tests import make
from tests.accounts.pages import Page, fill, send
from tests.conftest import SignedIn
from tests.house.world import counted

MORNING, AFTERNOON = Range(8 * 3600, 12 * 3600), Range(13 * 3600 + 1800, 17 * 3600 + 1800)
OFFICE = dict.fromkeys(range(1, 6), (MORNING, AFTERNOON))
NIGHT = {1: (Range(20 * 3600, DAY),), 2: (Range(0, 6 * 3600),)}


@pytest.fixture
def hospital(db: None) -> WorkingCalendar:
    return WorkingCalendar.objects.of_hospital()


@pytest.fixture
def own(cataract: Department, frank: Staff, now: datetime) -> WorkingCalendar:
    """The calendar of the cataract department."""
    return create_calendar(department=cataract, actor=frank.actor, at=now)


def change(calendar: WorkingCalendar, week: Week, by: Staff, at: datetime, **more: Any) -> None:
    given: dict[str, Any] = {"follows_hospital": True, "version": 1, **more}
    set_hours(calendar=calendar, week=week, actor=by.actor, at=at, **given)


def test_the_hospital_works_from_monday_to_friday_and_keeps_the_official_days(hospital: WorkingCalendar) -> None:
    value = read_calendar(None)
    assert value.week == OFFICE
    assert value.confirmed_years == {2025, 2026}
    assert str(value.zone) == "Asia/Shanghai"
    assert value.days[date(2026, 2, 14)].kind is Kind.MAKE_UP
    assert value.days[date(2025, 10, 8)].name_zh == "中秋节"
    received = datetime(2026, 2, 13, 10, 24, tzinfo=value.zone)
    assert due(value, received, WorkingDays(5)).at == datetime(2026, 2, 27, 17, 30, tzinfo=value.zone)


def test_a_calendar_is_read_with_two_queries(own: WorkingCalendar, cataract: Department) -> None:
    with counted() as queries:
        assert read_calendar(cataract).week == OFFICE
    assert len(queries) == 2


def test_a_department_begins_with_the_hours_that_held_for_it(
    own: WorkingCalendar, cataract: Department, frank: Staff, now: datetime
) -> None:
    assert own.week() == {day: list(ranges) for day, ranges in OFFICE.items()}
    change(own, NIGHT, frank, now)
    ward = create_calendar(department=make.department(parent=cataract), actor=frank.actor, at=now)
    assert ward.week() == {day: list(ranges) for day, ranges in NIGHT.items()}


def test_the_nearest_calendar_above_holds(
    own: WorkingCalendar, cataract: Department, glaucoma: Department, frank: Staff, now: datetime
) -> None:
    change(own, NIGHT, frank, now)
    ward = make.department(parent=make.department(parent=cataract))
    assert read_calendar(ward).week == NIGHT
    assert read_calendar(glaucoma).week == OFFICE
    assert read_calendar(glaucoma) == read_calendar(None) == value_of(WorkingCalendar.objects.of_hospital())
    assert read_calendar(cataract) == value_of(own)


def test_a_departments_word_on_a_day_counts_more_than_the_hospitals(
    own: WorkingCalendar, cataract: Department, now: datetime
) -> None:
    worked = CalendarDay.Kind.MAKE_UP
    CalendarDay.objects.create(calendar=own, on=date(2026, 10, 1), kind=worked, stands_for=5, updated_at=now)
    value = read_calendar(cataract)
    assert value.is_working_day(date(2026, 10, 1))
    assert value.days[date(2026, 10, 1)].stands_for == 5
    assert not value.is_working_day(date(2026, 10, 2))
    assert value.confirmed_years == {2025, 2026}


def test_who_does_not_follow_the_hospital_works_on_holidays(
    own: WorkingCalendar, cataract: Department, frank: Staff, now: datetime
) -> None:
    change(own, OFFICE, frank, now, follows_hospital=False)
    value = read_calendar(cataract)
    assert (dict(value.days), value.confirmed_years) == ({}, frozenset())
    assert AuditEntry.objects.about(own).get(verb="calendar.updated").fields == ["follows_hospital"]


def test_a_department_has_one_calendar_made_once(own: WorkingCalendar, frank: Staff, now: datetime) -> None:
    assert own.department is not None
    with pytest.raises(DepartmentHasCalendar):
        create_calendar(department=own.department, actor=frank.actor, at=now)
    submission, ward = uuid4(), make.department()
    first = create_calendar(department=ward, actor=frank.actor, at=now, submission=submission)
    with pytest.raises(DuplicateSubmission) as again:
        create_calendar(department=ward, actor=frank.actor, at=now, submission=submission)
    assert again.value.subject_id == first.pk


def test_hours_are_changed_once_and_the_audit_says_so(hospital: WorkingCalendar, frank: Staff, now: datetime) -> None:
    change(hospital, NIGHT, frank, now)
    assert hospital.version == 2
    assert read_calendar(None).week == NIGHT
    assert hospital.hours.get(weekday=1).closes_at == time(0)
    entry = AuditEntry.objects.about(hospital).get()
    assert (entry.verb, entry.actor, entry.fields) == ("calendar.updated", frank.actor, ["hours"])
    with pytest.raises(StaleVersion):
        change(hospital, OFFICE, frank, now)
    assert read_calendar(None).week == NIGHT


def test_the_same_hours_again_leave_no_trace(hospital: WorkingCalendar, frank: Staff, now: datetime) -> None:
    change(hospital, OFFICE, frank, now)
    assert hospital.version == 1
    assert not AuditEntry.objects.about(hospital).exists()


def test_hours_that_cannot_be_are_refused(hospital: WorkingCalendar, frank: Staff, now: datetime) -> None:
    with pytest.raises(HoursAreMissing):
        change(hospital, {1: ()}, frank, now)
    with pytest.raises(HoursClash):
        change(hospital, {1: (MORNING, Range(11 * 3600, 13 * 3600))}, frank, now)
    assert read_calendar(None).week == OFFICE


def test_a_departments_calendar_is_removed_and_the_hospitals_stays(
    own: WorkingCalendar, hospital: WorkingCalendar, cataract: Department, frank: Staff, now: datetime
) -> None:
    change(own, NIGHT, frank, now)
    by: dict[str, Any] = {"actor": frank.actor, "at": now}
    with pytest.raises(StaleVersion):
        remove_calendar(calendar=own, version=1, **by)
    with pytest.raises(HospitalCalendarStays):
        remove_calendar(calendar=hospital, version=1, **by)
    gone = WorkingCalendar.objects.get(pk=own.pk)
    remove_calendar(calendar=own, version=2, **by)
    assert read_calendar(cataract).week == OFFICE
    with pytest.raises(GoneAlready):
        remove_calendar(calendar=gone, version=2, **by)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("08:00–12:00, 13:30–17:30", "08:00–12:00, 13:30–17:30"),
        ("13:30-17:30 8-12", "08:00–12:00, 13:30–17:30"),
        ("８:00 ～ 12：00；13:30至17:30", "08:00–12:00, 13:30–17:30"),
        ("20:00-24:00", "20:00–24:00"),
        ("0-24", "00:00–24:00"),
        ("8-12、12-13", "08:00–12:00, 12:00–13:00"),
        ("  ", ""),
    ],
)
def test_hours_are_read_however_they_are_typed(text: str, said: str) -> None:
    assert rules.said_hours(rules.read_hours(text)) == said


@pytest.mark.parametrize("text", ["nine to five", "8-", "12-8", "8-8", "8:60-9", "8-25", "24-24:30", "8-12 x", "١-٢"])
def test_what_is_no_list_of_hours_is_refused(text: str) -> None:
    with pytest.raises(rules.NotHours):
        rules.read_hours(text)


def test_page_lists_them_and_says_what_nobody_confirmed(office: Client, own: WorkingCalendar) -> None:
    page = office.get("/calendars/").content.decode()
    assert page.index("Hospital</a>") < page.index("Cataract</a>")
    assert "Monday to Friday" in page
    assert "08:00–12:00, 13:30–17:30" in page
    assert "Nobody has confirmed" in page
    assert "/calendars/" in office.get("/settings/").content.decode()


def test_page_makes_a_departments_calendar_and_leads_to_its_hours(office: Client, glaucoma: Department) -> None:
    answer = send(office, "/calendars/new/", department=glaucoma.pk)
    calendar = WorkingCalendar.objects.get(department=glaucoma)
    assert answer["Location"] == f"/calendars/{calendar.pk}/hours/"
    assert "青光眼科" not in office.get("/calendars/new/").content.decode()  # it has one


def test_page_sent_twice_answers_with_the_first_result(office: Client, glaucoma: Department) -> None:
    typed = fill(Page(office.get("/calendars/new/")).values, department=glaucoma.pk)
    first, second = (office.post("/calendars/new/", typed)["Location"] for _ in range(2))
    assert first == second
    other = Page(send(office, "/calendars/new/", department=glaucoma.pk))
    assert other.errors == {"department": "This department has a calendar of its own already."}


def test_page_changes_the_hours(office: Client, own: WorkingCalendar) -> None:
    url = reverse("institution:calendar_edit", args=[own.pk])
    assert Page(office.get(url)).values["day_1"] == ["08:00–12:00, 13:30–17:30"]
    answer = send(office, url, day_1="9-12", day_6="20:00-24:00", day_7="", follows_hospital=None)
    assert answer["Location"] == f"/calendars/{own.pk}/"
    own = WorkingCalendar.objects.get(pk=own.pk)
    assert own.week()[6] == [Range(20 * 3600, DAY)]
    assert not own.follows_hospital


def test_page_says_at_the_day_what_is_wrong_and_keeps_it(office: Client, hospital: WorkingCalendar) -> None:
    page = Page(send(office, f"/calendars/{hospital.pk}/hours/", day_1="nine to five", day_2="8-12, 11-13"))
    assert sorted(page.errors) == ["day_1", "day_2"]
    assert page.values["day_1"] == ["nine to five"]
    empty = Page(send(office, f"/calendars/{hospital.pk}/hours/", **{f"day_{day}": "" for day in range(1, 8)}))
    assert any("at least one day" in alert for alert in empty.alerts)
    assert read_calendar(None).week == OFFICE


def test_stale_page_shows_both_hours(office: Client, hospital: WorkingCalendar, frank: Staff, now: datetime) -> None:
    url = f"/calendars/{hospital.pk}/hours/"
    opened = Page(office.get(url))
    change(hospital, OFFICE | {6: (MORNING,)}, frank, now)
    answer = office.post(url, fill(opened.values, day_6="9-12"))
    assert answer.status_code == 409
    both = Page(answer)
    assert (both.values["mine-day_6"], both.values["theirs-day_6"]) == (["9-12"], ["08:00–12:00"])
    office.post(url, fill(both.values, **{"pick-day_6": "mine"}))
    assert read_calendar(None).week[6] == (Range(9 * 3600, 12 * 3600),)


def test_page_removes_a_departments_calendar(office: Client, own: WorkingCalendar, hospital: WorkingCalendar) -> None:
    url = f"/calendars/{own.pk}/remove/"
    assert "Remove the calendar of Cataract?" in office.get(url).content.decode()
    office.post(url, {"version": "7"})
    assert WorkingCalendar.objects.filter(pk=own.pk).exists()
    assert office.post(url, {"version": "1"})["Location"] == "/calendars/"
    assert not WorkingCalendar.objects.filter(pk=own.pk).exists()
    assert (
        office.post(f"/calendars/{hospital.pk}/remove/", {"version": "1"})["Location"] == f"/calendars/{hospital.pk}/"
    )


def test_only_the_administrator_may(own: WorkingCalendar, dana: Staff, signed_in: SignedIn, client: Client) -> None:
    manager = signed_in(dana)
    for url in ("/calendars/", f"/calendars/{own.pk}/", f"/calendars/{own.pk}/hours/"):
        assert manager.get(url).status_code == 403
        assert client.get(url).status_code == 302
    assert manager.post(f"/calendars/{own.pk}/remove/", {"version": "1"}).status_code == 403
    assert WorkingCalendar.objects.filter(pk=own.pk).exists()
