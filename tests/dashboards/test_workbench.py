"""The workbench: what each role sees, who is away today, and what is missing before the hospital can start."""

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.access import Role
from accounts.models import Absence, Department, Staff, Team
from accounts.services.absences import cancel_absence, record_absence
from accounts.services.departments import update_department
from accounts.services.leaving import deactivate_staff
from accounts.services.staff import update_staff
from institution.models import HospitalProfile
from tests import make
from tests.accounts.pages import in_english

TODAY = date(2026, 3, 12)
DAY = timedelta(days=1)
NOBODY_AWAY = "Everybody of your department and teams is there."
GAPS = "Before the hospital can start"
SET_UP = "The hospital is set up"


@pytest.fixture(autouse=True)
def _morning(now: datetime) -> Any:
    """10:24 in the hospital on Thursday, 12 March 2026."""
    with time_machine.travel(now, tick=False):
        yield


def seen_by(staff: Staff) -> str:
    return in_english(make.client_of(staff)).get("/").content.decode()


def away(staff: Staff, starts_on: date = TODAY, ends_on: date = TODAY, *, deputy: Staff | None = None) -> Absence:
    return record_absence(
        staff=staff, starts_on=starts_on, ends_on=ends_on, deputy=deputy, actor=staff.actor, at=make.THEN
    )


# ── What each role sees ──────────────────────────────────────────────────────


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_everybody_with_patients_sees_what_they_owe(db: None, role: Role) -> None:
    text = seen_by(make.staff("zoe", role))
    assert "Nobody is waiting for you" in text
    assert "Now 10:24" in text
    assert GAPS not in text
    assert SET_UP not in text


def test_the_administrator_sees_what_is_missing_and_no_patients(frank: Staff) -> None:
    text = seen_by(frank)
    assert GAPS in text
    assert "Nobody is waiting for you" not in text


def test_without_a_role_somebody_sees_where_they_belong_and_nothing_to_do(cataract: Department) -> None:
    text = seen_by(make.staff("zoe", department=cataract))
    assert "<dd>Cataract</dd>" in text
    assert "Nobody is waiting for you" not in text
    assert GAPS not in text


def test_shows_department_head_deputy_and_teams_in_use(
    alice: Staff, bob: Staff, dana: Staff, cataract: Department
) -> None:
    values = {"head": dana, "deputy": bob, "parent": None, "is_active": True}
    update_department(department=cataract, version=cataract.version, values=values, actor=dana.actor, at=make.THEN)
    make.team("一组", alice)
    make.team("旧组", alice, is_active=False)
    make.team("二组", bob)
    text = seen_by(alice)
    assert all(f"<dd>{name}</dd>" in text for name in ("Cataract", "Dana", "Bob", "一组"))
    assert "旧组" not in text
    assert "二组" not in text


def test_nobody_sees_it_without_signing_in(client: Client, db: None) -> None:
    assert client.get("/")["Location"] == "/sign-in/?next=%2F"


# ── Away today ───────────────────────────────────────────────────────────────


def test_colleagues_of_the_department_are_shown_with_their_deputies(alice: Staff, bob: Staff, dana: Staff) -> None:
    away(bob, TODAY - DAY, TODAY + DAY, deputy=alice)
    away(dana)
    text = seen_by(alice)
    assert all(part in text for part in ("Bob", "until 2026-03-13", "Alice stands in", "Dana", "Nobody stands in"))
    assert NOBODY_AWAY not in text


@pytest.mark.parametrize(
    ("starts", "ends", "is_away"),
    [(0, 0, True), (-3, 0, True), (0, 3, True), (-3, -1, False), (1, 3, False)],
)
def test_first_and_last_day_count(alice: Staff, bob: Staff, starts: int, ends: int, is_away: bool) -> None:
    away(bob, TODAY + starts * DAY, TODAY + ends * DAY)
    assert (NOBODY_AWAY not in seen_by(alice)) is is_away


def test_the_day_is_the_hospitals_not_that_of_utc(alice: Staff, bob: Staff, now: datetime) -> None:
    away(bob)
    with time_machine.travel(now.replace(hour=0, minute=30), tick=False):  # 11 March in UTC
        assert NOBODY_AWAY not in seen_by(alice)


def test_of_other_departments_only_the_team_is_shown(alice: Staff, charlie: Staff) -> None:
    away(charlie)
    assert NOBODY_AWAY in seen_by(alice)
    make.team("一组", alice, charlie)
    assert "Charlie" in seen_by(alice)


def test_somebody_of_department_and_team_is_shown_once(alice: Staff, bob: Staff) -> None:
    for name in ("一组", "二组"):
        make.team(name, alice, bob)
    away(bob)
    assert seen_by(alice).count("<b>Bob</b>") == 1


def test_who_left_who_came_back_and_who_shares_a_former_team_are_not_shown(
    alice: Staff, bob: Staff, dana: Staff, charlie: Staff, frank: Staff
) -> None:
    away(bob)
    deactivate_staff(staff=bob, actor=frank.actor, at=make.THEN)
    cancel_absence(absence=away(dana), actor=dana.actor, at=make.THEN)
    make.team("旧组", alice, charlie, is_active=False)
    away(charlie)
    away(alice)
    assert NOBODY_AWAY in seen_by(alice)


def test_without_a_department_nobody_of_no_department_is_a_colleague(db: None) -> None:
    zoe, yann = make.staff("zoe", "guide"), make.staff("yann", "guide")
    away(yann)
    assert NOBODY_AWAY in seen_by(zoe)


# ── What is missing ──────────────────────────────────────────────────────────


@pytest.fixture
def set_up(frank: Staff, dana: Staff, cataract: Department) -> Staff:
    """A hospital in which nothing is missing; returns its administrator."""
    values = {"head": dana, "deputy": None, "parent": None, "is_active": True}
    update_department(department=cataract, version=cataract.version, values=values, actor=frank.actor, at=make.THEN)
    HospitalProfile.objects.update(address_zh="路 1 号", consult_phone="110", support_contact_zh="信息科")
    roles = [role for role in Role if role != Role.ADMINISTRATOR]
    make.staff("everybody", *roles, department=cataract)
    belongs = {"department": cataract}
    return update_staff(staff=frank, version=1, values=belongs, roles=frank.roles, actor=frank.actor, at=make.THEN)


def test_a_hospital_that_is_set_up_says_so(set_up: Staff) -> None:
    text = seen_by(set_up)
    assert SET_UP in text
    assert GAPS not in text


@pytest.mark.parametrize("field", ["address_zh", "consult_phone", "support_contact_zh"])
def test_an_incomplete_profile_is_a_gap(set_up: Staff, field: str) -> None:
    HospitalProfile.objects.update(**{field: ""})
    assert '<a class="c-todo" href="/hospital/">' in seen_by(set_up)


def test_a_department_in_use_without_a_head_is_a_gap(set_up: Staff) -> None:
    make.department("旧科", is_active=False)
    assert SET_UP in seen_by(set_up)
    make.department("新科")
    assert "1 department has no head" in seen_by(set_up)
    make.department("另一科")
    assert "2 departments have no head" in seen_by(set_up)


def test_people_without_department_or_role_are_gaps_while_they_work_here(set_up: Staff, cataract: Department) -> None:
    zoe, yann = make.staff("zoe", "guide"), make.staff("yann", department=cataract)
    text = seen_by(set_up)
    assert "1 person belongs to no department" in text
    assert "1 person has no role" in text
    for person in (zoe, yann):
        deactivate_staff(staff=person, actor=set_up.actor, at=make.THEN)
    assert SET_UP in seen_by(set_up)


def test_a_role_that_nobody_holds_any_more_is_a_gap(set_up: Staff) -> None:
    deactivate_staff(staff=Staff.objects.get(username="everybody"), actor=set_up.actor, at=make.THEN)
    text = seen_by(set_up)
    assert "Nobody has the role: Doctor" in text
    assert "Nobody has the role: Manager" not in text
    assert "Nobody has the role: Administrator" not in text
    assert text.count("Nobody has the role") == 6


def test_a_team_is_no_gap(set_up: Staff) -> None:
    assert Team.objects.count() == 0
    assert SET_UP in seen_by(set_up)


def test_each_gap_leads_to_the_rows_that_it_counts(set_up: Staff, cataract: Department, now: datetime) -> None:
    gone = make.staff("gone", "doctor", department=cataract)
    make.department("没人管的科", head=gone)
    deactivate_staff(staff=gone, actor=set_up.actor, at=now)
    make.staff("nowhere", "doctor")
    make.staff("roleless", department=cataract)
    browser = make.client_of(set_up)
    page = browser.get("/").content.decode()
    counted = {
        "/departments/?head=none": ["没人管的科"],
        "/staff/?department=null": ["Nowhere"],
        "/staff/?role=null": ["Roleless"],
    }
    for url, names in counted.items():
        assert f'href="{url}"' in page
        rows = browser.get(url).content.decode().partition("<tbody>")[2].partition("</tbody>")[0]
        assert re.findall(r'class="c-name" href="[^"]*">([^<]*)<', rows) == names


def test_a_gap_that_is_closed_says_so_instead_of_an_empty_hospital(set_up: Staff) -> None:
    page = in_english(make.client_of(set_up)).get("/departments/?head=none").content.decode()
    assert "Every department has a head" in page
    assert "No department yet" not in page
