"""Colleagues and their places through the API: for the administrator. Mission J1."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from accounts.models import AuditEntry, Department, Staff
from tests import make
from tests.api.test_patients import sent

STAFF, DEPARTMENTS, TEAMS, ABSENCES = (f"/api/v1/{name}/" for name in ("staff", "departments", "teams", "absences"))


@pytest.fixture(autouse=True)
def _clock(now: datetime) -> object:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def office(frank: Staff) -> Client:
    return make.client_of(frank)


def test_a_new_colleague_gets_a_one_time_password_once(office: Client) -> None:
    told = {"username": "nina", "display_name": "倪娜", "roles": ["consultant"], "submission": str(uuid4())}
    first, again = sent(office, "post", STAFF, **told), sent(office, "post", STAFF, **told)
    assert (first.status_code, again.status_code) == (201, 200)
    assert "one_time_password" not in again.json()
    nina = Staff.objects.get(username="nina")
    assert nina.check_password(first.json()["one_time_password"])
    assert (nina.must_change_password, first.json()["roles"]) == (True, ["consultant"])


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"username": "Nina!"}, "username"),
        ({"username": "alice"}, "username"),
        ({"display_name": ""}, "display_name"),
        ({"roles": ["king"]}, "roles"),
        ({"department": 10**30}, "department"),
        ({"email": "x"}, "email"),
    ],
)
def test_a_wrong_shape_is_said_at_its_field(office: Client, alice: Staff, told: dict[str, Any], field: str) -> None:
    answer = sent(office, "post", STAFF, **{"username": "nina", "display_name": "倪娜", "roles": [], **told})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])


def test_what_is_left_out_stays(office: Client, alice: Staff) -> None:
    version = office.get(f"{STAFF}{alice.pk}/").json()["version"]
    row = sent(office, "patch", f"{STAFF}{alice.pk}/", extension="8123", version=version).json()
    assert (row["extension"], row["display_name"], row["roles"]) == ("8123", "Alice", ["consultant"])
    assert list(sent(office, "patch", f"{STAFF}{alice.pk}/", extension="1").json()["errors"]) == ["version"]


def test_a_password_is_reset_and_nobody_resets_ones_own(office: Client, alice: Staff, frank: Staff) -> None:
    password = sent(office, "post", f"{STAFF}{alice.pk}/reset-password/").json()["one_time_password"]
    alice.refresh_from_db()
    assert alice.check_password(password)
    assert sent(office, "post", f"{STAFF}{frank.pk}/reset-password/").json()["code"] == "own_password"


def test_departments_stand_in_the_tree(office: Client, cataract: Department, alice: Staff) -> None:
    told = {"name_zh": "白内障二科", "name_en": "Cataract II", "parent": cataract.pk, "head": alice.pk}
    row = sent(office, "post", DEPARTMENTS, **told).json()
    assert Department.objects.get(pk=row["id"]).path.startswith(cataract.path)
    same = sent(office, "patch", f"{DEPARTMENTS}{row['id']}/", deputy=alice.pk, version=row["version"])
    assert list(same.json()["errors"]) == ["deputy"]
    moved = sent(office, "patch", f"{DEPARTMENTS}{row['id']}/", parent=None, version=row["version"]).json()
    assert (moved["parent"], moved["head"], moved["name_en"]) == (None, alice.pk, "Cataract II")
    inside = sent(office, "patch", f"{DEPARTMENTS}{row['id']}/", parent=row["id"], version=moved["version"])
    assert (inside.status_code, inside.json()["code"]) == (409, "department_inside_itself")


def test_teams_have_members(office: Client, alice: Staff, bob: Staff) -> None:
    row = sent(office, "post", TEAMS, name_zh="夜班", name_en="Night", members=[alice.pk]).json()
    assert row["members"] == [alice.pk]
    url = f"{TEAMS}{row['id']}/"
    renamed = sent(office, "patch", url, name_en="Nights", version=row["version"]).json()
    assert (renamed["name_en"], renamed["members"]) == ("Nights", [alice.pk])
    both = sent(office, "patch", url, members=[alice.pk, bob.pk], version=renamed["version"]).json()
    assert sorted(both["members"]) == sorted([alice.pk, bob.pk])


def test_absences_are_recorded_and_cancelled(office: Client, alice: Staff, bob: Staff) -> None:
    told = {"staff": alice.pk, "starts_on": "2026-03-16", "ends_on": "2026-03-20", "deputy": bob.pk}
    row = sent(office, "post", ABSENCES, **told).json()
    assert sent(office, "post", ABSENCES, **told).json()["code"] == "absence_overlaps"
    assert len(office.get(ABSENCES, {"staff": alice.pk}).json()["results"]) == 1
    assert sent(office, "post", f"{ABSENCES}{row['id']}/cancel/").json()["cancelled_at"]
    wrong = sent(office, "post", ABSENCES, **{**told, "ends_on": "2026-03-01"})
    assert list(wrong.json()["errors"]) == ["ends_on"]


def test_the_audit_is_read_by_whoever_may(office: Client, alice: Staff, frank: Staff) -> None:
    sent(office, "post", f"{STAFF}{alice.pk}/deactivate/")
    rows = office.get("/api/v1/audit/", {"verb": "staff.deactivated"}).json()["results"]
    assert [(row["by"], row["subject_id"]) for row in rows] == [("Frank", alice.pk)]
    assert AuditEntry.objects.filter(verb="staff.deactivated").count() == 1
    assert make.client_of(make.staff("nora", "guide")).get("/api/v1/audit/").status_code == 403
