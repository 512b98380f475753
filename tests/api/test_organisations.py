"""Organisations, whom to speak with, who works there and visits to them, through the API. Mission A1, J1."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import AuditEntry, Department, Staff
from patients.models import Employment, Organisation, OrganisationContact, Patient
from tests import make
from tests.api.test_patients import sent

PLACES, PEOPLE = "/api/v1/organisations/", "/api/v1/organisation-contacts/"
WORK, VISITS = "/api/v1/employments/", "/api/v1/organisation-visits/"

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def school(db: None) -> Organisation:
    return make.organisation("示范中学", kind="school")


def once(line: Client, url: str, **body: Any) -> Any:
    """Sent twice it is one row."""
    body |= {"submission": str(uuid4())}
    first, again = sent(line, "post", url, **body), sent(line, "post", url, **body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    return first.json()


def test_is_registered_once_found_changed_ended_and_taken_up(line: Client) -> None:
    told = once(line, PLACES, name="海湾社区", kind="community", district="330102", phone="0571 5550 0100 转 7")
    assert (told["number"], told["digits"], told["extension"]) == ("O-00001", "057155500100", "7")
    (row,) = line.get(PLACES, {"q": "hwsq", "kind": "community", "state": "active"}).json()["results"]
    assert row["id"] == told["id"]
    url = f"{PLACES}{told['id']}/"
    changed = sent(line, "patch", url, version=1, note="每年体检").json()
    assert (changed["note"], changed["digits"], changed["version"]) == ("每年体检", "057155500100", 2)
    assert sent(line, "patch", url, version=1, note="x").json()["code"] == "stale_version"
    taken = sent(line, "post", PLACES, name="海湾社区", district="330102")
    assert (taken.status_code, taken.json()["code"], taken.json()["field"]) == (
        409,
        "organisation_already_there",
        "name",
    )
    assert sent(line, "post", f"{url}end/", reason="合并").json()["end_reason"] == "合并"
    assert sent(line, "post", f"{url}end/", reason="合并").status_code == 409
    assert sent(line, "post", f"{url}take-up/").json()["ended_at"] is None
    kinds = [entry["kind"] for entry in line.get(f"{url}timeline/").json()["results"]]
    assert sorted(kinds) == [f"patients.organisation_{what}" for what in ("ended", "registered", "taken_up")]


def test_a_district_that_is_none_is_told_at_its_field(line: Client) -> None:
    answer = sent(line, "post", PLACES, name="海湾社区", district="Atlantis")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["district"])


def test_whom_to_speak_with_is_masked_and_shown_for_a_purpose(
    line: Client, school: Organisation, zhang: Patient, alice: Staff
) -> None:
    told = once(line, PEOPLE, organisation=school.pk, name="钱老师", phone="13900005678", patient=zhang.pk)
    assert (told["masked"], told["is_main"], told["patient"]) == ("139****5678", True, zhang.pk)
    assert "13900005678" not in line.get(PEOPLE, {"organisation": school.pk}).content.decode()
    url = f"{PEOPLE}{told['id']}/"
    assert sent(line, "post", f"{url}reveal/", purpose="call").json()["digits"] == "13900005678"
    look = AuditEntry.objects.about(school).get(verb="organisation.contact_revealed")
    assert (look.actor, look.fields) == (alice.actor, ["purpose_call"])
    assert sent(line, "patch", url, version=1, position="校长").json()["masked"] == "139****5678"
    assert sent(line, "patch", url, version=2, phone="").json()["masked"] == ""
    assert sent(line, "post", f"{url}end/").json()["ended_at"] is not None
    assert sent(line, "post", f"{url}end/").status_code == 409
    assert OrganisationContact.objects.open().count() == 0


def test_who_works_there(line: Client, school: Organisation, zhang: Patient) -> None:
    told = once(line, WORK, organisation=school.pk, patient=zhang.pk, position="教师", since="2024-09-01")
    assert (told["name"], told["until"]) == ("张桂兰", None)
    twice = sent(line, "post", WORK, organisation=school.pk, patient=zhang.pk)
    assert (twice.status_code, twice.json()["code"]) == (409, "already_employed")
    both: list[dict[str, int]] = [{"patient": zhang.pk}, {"organisation": school.pk}]
    for asked in both:
        assert [row["id"] for row in line.get(WORK, asked).json()["results"]] == [told["id"]]
    url = f"{WORK}{told['id']}/"
    assert sent(line, "patch", url, version=1, until="2024-08-31").json()["code"] == "ends_before_it_begins"
    assert sent(line, "patch", url, version=1, until="2026-01-31").json()["position"] == "教师"


def test_nobody_out_of_sight_is_named(line: Client, school: Organisation, now: datetime) -> None:
    assert sent(line, "post", WORK, organisation=school.pk, patient=10**9).status_code == 400
    assert sent(line, "post", WORK, organisation=10**9, patient=make.patient().pk).status_code == 400
    assert not Employment.objects.exists()


def test_a_visit_is_planned_changed_held_and_called_off(
    line: Client, school: Organisation, alice: Staff, bob: Staff, now: datetime
) -> None:
    plan = {"organisation": school.pk, "on_day": "2026-03-12", "visited_by": alice.pk, "purpose": "洽谈体检"}
    told = once(line, VISITS, **plan)
    url = f"{VISITS}{told['id']}/"
    assert sent(line, "patch", url, version=1, purpose="签约").json()["purpose"] == "签约"
    held = sent(line, "post", f"{url}hold/", result="愿意", visited_by=bob.pk).json()
    assert (held["status"], held["on_day"], held["visited_by"]) == ("held", "2026-03-12", bob.pk)
    for act, body in (("hold", {"result": "愿意"}), ("cancel", {"reason": "下雨"})):
        assert sent(line, "post", f"{url}{act}/", **body).json()["code"] == "visit_is_settled"
    was_there = sent(line, "post", VISITS, **plan, result="已收下").json()
    assert was_there["status"] == "held"
    later = sent(line, "post", VISITS, **{**plan, "on_day": "2026-03-20"}).json()
    assert sent(line, "post", f"{VISITS}{later['id']}/cancel/", reason="下雨").json()["cancel_reason"] == "下雨"
    (row,) = line.get(VISITS, {"organisation": str(school.pk), "status": "cancelled"}).json()["results"]
    assert row["id"] == later["id"]


def test_a_doctor_sees_none_of_it(school: Organisation, cataract: Department) -> None:
    doctor = make.client_of(make.staff("henry", "doctor", department=cataract))
    for url in (PLACES, PEOPLE, WORK, VISITS, f"{PLACES}{school.pk}/"):
        assert doctor.get(url).status_code == 403


def test_the_search_finds_them_too(line: Client, school: Organisation) -> None:
    found = sent(line, "post", "/api/v1/search/", q="sfzx").json()["organisations"]
    assert found == [{"id": school.pk, "number": "O-00001", "name": "示范中学", "kind": "school"}]
