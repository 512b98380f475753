"""What a program needs to know before it acts: who and what can be named, and what waits. Mission J1."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEntry, Department, Staff, Team
from accounts.services.absences import record_absence
from messaging.models import Message
from patients.models import Patient
from promises.models import Promise
from promises.services.handing_over import hand_over_promise
from tests import make
from tests.api.test_patients import sent
from tests.messaging.make import message

PEOPLE, PROMISES, CALLS = "/api/v1/directory/people/", "/api/v1/promises/", "/api/v1/calls/"

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def night(alice: Staff, bob: Staff) -> Team:
    return make.team("夜班", alice, bob, name_en="Night")


def ids(client: Client, url: str, **asked: Any) -> list[int]:
    return [row["id"] for row in client.get(url, asked).json()["results"]]


def test_everybody_finds_colleagues_by_what_they_are(
    line: Client, alice: Staff, bob: Staff, frank: Staff, night: Team, cataract: Department
) -> None:
    left = make.left(make.staff("gone", "consultant"))
    assert left.pk not in ids(line, PEOPLE)
    assert set(ids(line, PEOPLE, team=night.pk)) == {alice.pk, bob.pk}
    assert ids(line, PEOPLE, q="ali") == [alice.pk]
    assert frank.pk in ids(line, PEOPLE, keeps_promises="false")
    assert frank.pk not in ids(line, PEOPLE, keeps_promises="true")
    assert ids(line, PEOPLE, department=10**17) == []
    assert line.get(PEOPLE, {"department": "9" * 30}).json()["errors"].keys() == {"department"}


def test_of_a_colleague_no_more_is_told_than_a_form_shows(line: Client, bob: Staff, now: datetime) -> None:
    back = now.date() + timedelta(days=2)
    record_absence(staff=bob, starts_on=now.date(), ends_on=back, deputy=None, actor=make.by(), at=now)
    (row,) = line.get(PEOPLE, {"q": "bob"}).json()["results"]
    assert row.keys() == {"id", "name", "department", "teams", "away_until"}
    assert row["away_until"] == back.isoformat()


def test_places_in_use_are_named_in_the_callers_language(line: Client, night: Team, cataract: Department) -> None:
    closed = make.department("旧科", "Old", is_active=False)
    departments = line.get("/api/v1/directory/departments/").json()["results"]
    assert {row["id"] for row in departments} >= {cataract.pk}
    assert closed.pk not in {row["id"] for row in departments}
    teams = line.get("/api/v1/directory/teams/", headers={"Accept-Language": "en"}).json()["results"]
    assert [(row["id"], row["name"]) for row in teams] == [(night.pk, "Night")]


def test_whom_one_can_ask_and_where_it_can_go_back_to(
    line: Client, alice: Staff, bob: Staff, frank: Staff, night: Team, now: datetime
) -> None:
    promise = make.promise(owner=alice, at=now)
    promise.excluded.add(concerned := make.staff("carol", "consultant"))
    offered = line.get(f"{PROMISES}{promise.pk}/successors/").json()
    people = {row["id"] for row in offered["people"]}
    assert bob.pk in people
    assert not people & {alice.pk, frank.pk, concerned.pk}
    assert [row["id"] for row in offered["teams"]] == [night.pk]
    asked = sent(line, "post", f"{PROMISES}{promise.pk}/hand-over/", to=bob.pk, revision=promise.revision)
    assert asked.json()["pending_owner"]["id"] == bob.pk


def test_who_does_not_owe_it_gives_it_to_no_team(line: Client, bob: Staff, night: Team, now: datetime) -> None:
    promise = make.promise(owner=bob, at=now)
    assert line.get(f"{PROMISES}{promise.pk}/successors/").json()["teams"] == []


def test_a_leader_learns_among_whom_it_can_be_shared(
    dana: Staff, line: Client, alice: Staff, bob: Staff, night: Team, now: datetime
) -> None:
    rows = [make.promise(owner=alice, team=night, at=now) for _ in range(2)]
    keys = [row.pk for row in rows]
    leader = make.client_of(dana)
    sharers = sent(leader, "post", f"{PROMISES}sharers/", promises=keys).json()
    assert bob.pk in {row["id"] for row in sharers}
    assert alice.pk not in {row["id"] for row in sharers}  # whose list it is
    assert {row["open_number"] for row in sharers if row["id"] == bob.pk} == {0}
    assert sent(line, "post", f"{PROMISES}sharers/", promises=keys).status_code == 403
    gone = sent(leader, "post", f"{PROMISES}sharers/", promises=[*keys, 10**9])
    assert (gone.status_code, gone.json()["code"]) == (409, "some_are_gone")


def test_what_is_about_one_person_is_asked_for_by_that_person(
    line: Client, alice: Staff, zhang: Patient, now: datetime
) -> None:
    other = make.patient("王建军", "13900005678")
    promise, call = make.promise(zhang, owner=alice, at=now), make.call(alice, zhang, at=now)
    make.promise(other, owner=alice, at=now)
    make.call(alice, other, at=now)
    nobody_yet = make.call(alice, name="李", number="13700004321", at=now)
    assert ids(line, PROMISES, patient=zhang.pk) == [promise.pk]
    assert ids(line, CALLS, patient=zhang.pk) == [call.pk]
    assert ids(line, CALLS, contact=nobody_yet.contact_id) == [nobody_yet.pk]
    assert ids(line, PROMISES, contact=nobody_yet.contact_id) == []
    assert line.get(CALLS, {"patient": "zhang"}).json()["errors"].keys() == {"patient"}
    assert line.get(f"{CALLS}{call.pk}/").json()["name"] == "张桂兰"
    assert line.get(f"{PROMISES}{promise.pk}/").json()["name"] == "张桂兰"


def test_a_part_of_a_story_is_read_and_the_look_recorded(
    line: Client, alice: Staff, zhang: Patient, now: datetime
) -> None:
    make.call(alice, zhang, at=now)
    url = f"/api/v1/patients/{zhang.pk}/timeline/"
    kinds = {row["kind"] for row in line.get(url, {"kind": "consult"}).json()["results"]}
    assert kinds
    assert all(kind.startswith("consult.") for kind in kinds)
    make.visit(zhang, starts_at=now)
    visits = {row["kind"] for row in line.get(url, {"kind": "visits"}).json()["results"]}
    record = {row["kind"] for row in line.get(url, {"kind": "patients"}).json()["results"]}
    assert (visits, record) == ({"patients.visited"}, {"patients.registered"})
    assert AuditEntry.objects.about(zhang).filter(verb="patient.opened", actor=alice.actor).exists()
    assert line.get(url, {"kind": "gossip"}).json()["errors"].keys() == {"kind"}


def test_what_waits_is_what_the_rail_says(line: Client, frank: Staff, alice: Staff, now: datetime) -> None:
    make.promise(owner=alice, at=now - timedelta(hours=3), due_at=now - timedelta(hours=2))
    mail = message(alice, now, channel="email")
    Message.objects.filter(pk=mail.pk).update(state="unknown")
    assert line.get("/api/v1/counts/").json() == {"running_jobs": 0, "late": 1, "unsettled": 1}
    assert make.client_of(frank).get("/api/v1/counts/").json()["late"] is None


def test_the_load_around_and_the_day(line: Client, alice: Staff, bob: Staff, night: Team, now: datetime) -> None:
    for owner in (alice, bob):  # she sees how her colleagues stand, and what she herself has kept
        make.promise(owner=owner, at=now - timedelta(hours=3), due_at=now - timedelta(hours=2))
    around = line.get("/api/v1/figures/around/").json()
    (load,) = [row for row in around["loads"] if row["staff"]["id"] == bob.pk]
    assert (load["open"], load["late"], around["unowned"]) == (1, 1, 0)
    assert (around["today"]["met"], around["today"]["judged"]) == (0, 1)


def test_what_a_shift_leaves(line: Client, alice: Staff, bob: Staff, now: datetime) -> None:
    mine = make.promise(owner=alice, at=now)
    asked = make.promise(owner=bob, at=now)
    hand_over_promise(promise=asked, to=alice, actor=bob.actor, at=now)
    sent(line, "post", "/api/v1/attempts/", promise=mine.pk, outcome="no_answer")
    shift = line.get("/api/v1/shift/").json()
    assert [row["id"] for row in shift["asked"]] == [asked.pk]
    assert [row["promise"] for row in shift["told"]] == [mine.pk]
    assert {row["id"] for row in shift["owed"]} <= set(Promise.objects.filter(owner=alice).values_list("pk", flat=True))


def test_figures_say_how_many_are_withheld(dana: Staff, alice: Staff, now: datetime) -> None:
    about = make.promise(owner=alice, at=now)
    about.excluded.add(dana)
    day = now.date().isoformat()
    figures = make.client_of(dana).get("/api/v1/figures/promises/", {"since": day, "until": day}).json()
    assert (figures["total"]["promised"]["number"], figures["withheld"]) == (1, 1)
