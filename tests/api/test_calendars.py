"""Working calendars through the API: hours, days, years, and deadlines that explain themselves. Mission J1."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import Department, Staff
from institution.models import WorkingCalendar
from tests import make
from tests.api.test_patients import sent

pytestmark = pytest.mark.usefixtures("clock")
CALENDARS, DAYS = "/api/v1/calendars/", "/api/v1/calendar-days/"
OFFICE = "08:00–12:00, 13:30–17:30"


def asked(browser: Client, url: str, **values: Any) -> Any:
    return browser.get(url, values)


@pytest.fixture
def office(frank: Staff) -> Client:
    return make.client_of(frank)


@pytest.fixture
def hospital(db: None) -> WorkingCalendar:
    return WorkingCalendar.objects.of_hospital()


def test_hours_are_read_and_changed_day_by_day(office: Client, hospital: WorkingCalendar) -> None:
    (row,) = office.get(CALENDARS).json()["results"]
    assert (row["department"], row["hours"]["monday"], row["hours"]["sunday"]) == (None, OFFICE, "")
    assert row["confirmed_years"] == [2025, 2026]
    url = f"{CALENDARS}{hospital.pk}/"
    changed = sent(office, "patch", url, version=1, hours={"saturday": "9-12"}).json()
    assert (changed["hours"]["saturday"], changed["hours"]["monday"], changed["version"]) == ("09:00–12:00", OFFICE, 2)
    assert sent(office, "patch", url, version=1, hours={"saturday": ""}).status_code == 409
    wrong = sent(office, "patch", url, version=2, hours={"monday": "nine", "tuesday": "8-12 11-13"})
    assert wrong.status_code == 400
    assert {"monday", "tuesday"} <= set(str(wrong.json()).replace("'", " ").split()) | set(
        wrong.json()["errors"]["hours"]
    )


def test_a_department_gets_its_own_and_loses_it(office: Client, cataract: Department) -> None:
    submission = str(uuid4())
    made = sent(office, "post", CALENDARS, department=cataract.pk, submission=submission)
    assert made.status_code == 201
    again = sent(office, "post", CALENDARS, department=cataract.pk, submission=submission)
    assert again.json()["id"] == made.json()["id"]
    other = sent(office, "post", CALENDARS, department=cataract.pk)
    assert (other.status_code, other.json()["code"]) == (409, "department_has_calendar")
    url = f"{CALENDARS}{made.json()['id']}/"
    assert sent(office, "patch", url, version=1, follows_hospital=False).json()["follows_hospital"] is False
    assert sent(office, "post", f"{url}remove/", version=1).status_code == 409
    assert sent(office, "post", f"{url}remove/", version=2).status_code == 204
    assert office.get(url).status_code == 404


def test_days_are_added_changed_and_removed(office: Client, hospital: WorkingCalendar) -> None:
    made = sent(office, "post", DAYS, calendar=hospital.pk, on="2027-03-11", until="2027-03-12", name_zh="院庆")
    assert (made.status_code, made.json()["on"], made.json()["kind"]) == (201, "2027-03-11", "day_off")
    rows = asked(office, DAYS, calendar=hospital.pk, since="2027-01-01", until="2027-12-31").json()["results"]
    assert [row["on"] for row in rows] == ["2027-03-11", "2027-03-12"]
    url = f"{DAYS}{rows[1]['id']}/"
    changed = sent(office, "patch", url, version=1, kind="make_up", stands_for=5).json()
    assert (changed["kind"], changed["stands_for"], changed["is_official"]) == ("make_up", 5, False)
    assert sent(office, "patch", url, version=2, on="2027-03-11").json()["code"] == "day_taken"
    assert sent(office, "patch", url, version=2, stands_for=8).status_code == 400
    assert sent(office, "post", f"{url}remove/", version=2).status_code == 204
    assert sent(office, "post", DAYS, calendar=hospital.pk, on="2027-03-12", until="2027-03-01").status_code == 409


def test_what_cannot_be_is_named_and_breaks_nothing(office: Client, hospital: WorkingCalendar) -> None:
    for wrong in ({"calendar": "9" * 30}, {"calendar": "nan"}, {"since": "soon"}):
        assert asked(office, DAYS, **wrong).status_code == 400
    for on in ("2007-12-31", "2101-01-01", "9999-12-31", None):
        answer = sent(office, "post", DAYS, calendar=hospital.pk, on=on)
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["on"])
    deadline = f"{CALENDARS}{hospital.pk}/deadline/"
    for start in ("9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00"):
        assert asked(office, deadline, start=start, amount=1, unit="days").status_code == 400
    assert asked(office, deadline, start="8999-12-31T10:00", amount=2500, unit="days").status_code == 400


def test_a_year_is_taken_over_confirmed_and_withdrawn(office: Client, hospital: WorkingCalendar) -> None:
    url = f"{CALENDARS}{hospital.pk}/"
    assert sent(office, "post", f"{url}take-over/", year=2027).status_code == 200
    assert hospital.days.in_year(2027).exists()
    assert sent(office, "post", f"{url}confirm/", year=2027).json()["confirmed_years"] == [2025, 2026, 2027]
    assert sent(office, "post", f"{url}confirm/", year=2027).json()["code"] == "year_is_confirmed"
    assert sent(office, "post", f"{url}withdraw/", year=2027).json()["confirmed_years"] == [2025, 2026]
    assert sent(office, "post", f"{url}confirm/", year=1999).status_code == 400


def test_a_deadline_comes_with_its_segments(office: Client, hospital: WorkingCalendar) -> None:
    url = f"{CALENDARS}{hospital.pk}/deadline/"
    told = asked(office, url, start="2025-09-30T10:00:00+08:00", amount=7, unit="hours").json()
    assert told["at"] == "2025-10-09T09:00:00+08:00"
    assert told["unconfirmed_years"] == []
    assert {"working", "lunch", "night", "day_off"} == {each["why"] for each in told["segments"]}
    assert told["segments"][-1]["end"] == told["at"]
    assert asked(office, url, start="2026-12-31T10:00", amount=1, unit="days").json()["unconfirmed_years"] == [2027]
    assert office.get(url).status_code == 400
    hospital.hours.all().delete()
    assert asked(office, url, start="2026-12-31T10:00", amount=1, unit="days").status_code == 400


def test_only_the_administrator_may(hospital: WorkingCalendar, dana: Staff, client: Client) -> None:
    manager = make.client_of(dana)
    assert manager.get(CALENDARS).status_code == 403
    assert sent(manager, "post", f"{CALENDARS}{hospital.pk}/confirm/", year=2027).status_code == 403
    assert client.get(DAYS).status_code in (401, 403)
