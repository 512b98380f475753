"""Promises and tries through the API: the pages' filter, scope and services. Mission B4, J1."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import AuditEntry, Staff
from followups.models import Attempt
from promises.models import Promise, PromiseEvent
from promises.services.closing import keep_promise
from tests import make
from tests.api.test_calls import EDGES
from tests.api.test_patients import sent

URL = "/api/v1/promises/"
HOUR = timedelta(hours=1)

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def promise(alice: Staff, now: datetime) -> Promise:
    return make.promise(make.patient("张桂兰", "13800001234"), owner=alice, at=now, note="问眼药水")


def act(client: Client, promise: Promise, name: str, **body: Any) -> Any:
    return sent(client, "post", f"{URL}{promise.pk}/{name}/", **body)


def test_are_listed_in_due_order_with_the_pages_filter(
    line: Client, promise: Promise, alice: Staff, now: datetime
) -> None:
    earlier = make.promise(owner=alice, at=now - 2 * HOUR, due_at=now - HOUR)
    assert [row["id"] for row in line.get(URL).json()["results"]] == [earlier.pk, promise.pk]
    (late,) = line.get(URL, {"state": "late"}).json()["results"]
    assert (late["id"], late["owner"]) == (earlier.pk, {"id": alice.pk, "name": alice.name})
    assert line.get(URL, {"state": "sometime"}).json()["errors"].keys() == {"state"}


def test_what_is_out_of_scope_is_not_there(charlie: Staff, promise: Promise) -> None:
    nurse = make.client_of(charlie)
    assert nurse.get(URL).json()["results"] == []
    assert nurse.get(f"{URL}{promise.pk}/").status_code == 404
    assert act(nurse, promise, "keep").status_code == 404


def test_a_look_is_recorded(line: Client, promise: Promise) -> None:
    assert line.get(f"{URL}{promise.pk}/").json()["note"] == "问眼药水"
    assert AuditEntry.objects.about(promise).filter(verb="promise.opened").exists()


def test_is_postponed_passed_on_accepted_and_kept(line: Client, bob: Staff, promise: Promise, now: datetime) -> None:
    later = (now + 3 * HOUR).isoformat()
    row = act(line, promise, "postpone", due_at=later, reason="医生在手术", revision=promise.revision).json()
    assert (datetime.fromisoformat(row["due_at"]), row["times_postponed"]) == (now + 3 * HOUR, 1)
    asked = act(line, promise, "hand-over", to=bob.pk, revision=row["revision"]).json()
    assert (asked["owner"]["name"], asked["pending_owner"]["id"]) == ("Alice", bob.pk)
    colleague = make.client_of(bob)
    assert act(colleague, promise, "accept").json()["owner"]["id"] == bob.pk
    assert act(colleague, promise, "keep", note="说了").json()["state"] == "kept"
    again = act(colleague, promise, "keep")
    assert (again.status_code, again.json()["code"]) == (409, "promise_already_over")
    verbs = [event["verb"] for event in colleague.get(f"{URL}{promise.pk}/events/").json()["results"]]
    assert verbs == ["kept", "accepted", "handed_over", "postponed", "made"]


def test_whoever_changed_it_first_wins(line: Client, promise: Promise, now: datetime) -> None:
    told = {"due_at": (now + 3 * HOUR).isoformat(), "reason": "出差", "revision": promise.revision}
    assert act(line, promise, "postpone", **told).status_code == 200
    late = act(line, promise, "postpone", **told)
    assert (late.status_code, late.json()["code"]) == (409, "promise_has_changed")


def test_into_the_past_is_refused_at_its_field(line: Client, promise: Promise, now: datetime) -> None:
    told = {"due_at": (now - HOUR).isoformat(), "reason": "出差", "revision": promise.revision}
    answer = act(line, promise, "postpone", **told)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (409, "due_in_the_past", "due_at")


@pytest.mark.parametrize("edge", EDGES)
def test_the_edges_of_the_calendar_are_no_moments(line: Client, promise: Promise, edge: str) -> None:
    answers = {
        "due_at": act(line, promise, "postpone", due_at=edge, reason="出差", revision=promise.revision),
        "next_at": sent(line, "post", "/api/v1/attempts/", promise=promise.pk, outcome="call_later", next_at=edge),
    }
    for field, answer in answers.items():
        assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])


def test_numbers_are_for_whoever_owes(line: Client, dana: Staff, promise: Promise) -> None:
    told: dict[str, Any] = {
        "digits": "13800001234",
        "extension": "",
        "preferred_from": None,
        "preferred_until": None,
        "doubts": [],
    }
    assert line.get(f"{URL}{promise.pk}/numbers/").json() == [told]
    assert AuditEntry.objects.about(promise).filter(verb="promise.dialled").count() == 1
    assert make.client_of(dana).get(f"{URL}{promise.pk}/numbers/").status_code == 404


def test_reassigned_by_whoever_leads_all_or_none(
    line: Client, bob: Staff, dana: Staff, promise: Promise, alice: Staff, now: datetime
) -> None:
    both = [promise.pk, make.promise(owner=alice, at=now).pk]
    told = {"owner": bob.pk, "reason": "病假"}
    assert sent(line, "post", f"{URL}reassign/", promises=both, **told).status_code == 403
    head = make.client_of(dana)
    assert sent(head, "post", f"{URL}reassign/", promises=[*both, 10**30], **told).status_code == 400
    over = make.promise(owner=alice, at=now)
    keep_promise(promise=over, actor=alice.actor, at=now)
    for way, more in (("reassign", told), ("spread", {"among": [bob.pk]})):
        refused = sent(head, "post", f"{URL}{way}/", promises=[*both, 10**6, over.pk], **more)
        assert (refused.status_code, refused.json()["code"]) == (409, "some_are_gone")
        assert "2" in refused.json()["detail"]
        assert Promise.objects.open().owned_by(alice).count() == 2
    assert sent(head, "post", f"{URL}reassign/", promises=both, **told).json() == {"reassigned": 2}
    assert Promise.objects.owned_by(bob).count() == 2


def test_a_try_is_logged_and_plans_the_next(line: Client, promise: Promise, charlie: Staff, now: datetime) -> None:
    told = {"promise": promise.pk, "outcome": "no_answer"}
    answer = sent(line, "post", "/api/v1/attempts/", **told)
    assert (answer.status_code, answer.json()["rank"]) == (201, 1)
    promise.refresh_from_db()
    assert promise.due_at == datetime.fromisoformat(answer.json()["next_at"]) > now
    assert len(line.get("/api/v1/attempts/", {"promise": promise.pk}).json()["results"]) == 1
    stranger = sent(make.client_of(charlie), "post", "/api/v1/attempts/", **told)
    assert (stranger.status_code, list(stranger.json()["errors"])) == (400, ["promise"])


@pytest.mark.parametrize("outcome", ["no_answer", "reached"])
def test_a_try_sent_again_is_answered_with_the_first_and_counts_once(
    line: Client, promise: Promise, outcome: str
) -> None:
    told = {"promise": promise.pk, "outcome": outcome, "submission": str(uuid4()), "revision": promise.revision}
    first, *others = (sent(line, "post", "/api/v1/attempts/", **told) for _ in range(6))
    assert (first.status_code, {again.status_code for again in others}) == (201, {200})
    assert all(again.json() == first.json() for again in others)
    assert Attempt.objects.count() == 1


def test_a_try_at_what_somebody_has_changed_meanwhile_is_refused(line: Client, promise: Promise) -> None:
    told = {"promise": promise.pk, "outcome": "no_answer", "revision": promise.revision}
    first, second = (sent(line, "post", "/api/v1/attempts/", **told, submission=str(uuid4())) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 409)
    assert second.json()["code"] == "promise_has_changed"
    wrong = sent(line, "post", "/api/v1/attempts/", **{**told, "submission": "x", "revision": "y"})
    assert (wrong.status_code, sorted(wrong.json()["errors"])) == (400, ["revision", "submission"])


def test_shared_out_sent_again_moves_nothing(promise: Promise, bob: Staff, alice: Staff, dana: Staff) -> None:
    nora, key = make.staff("nora", "consultant", department=alice.department), str(uuid4())
    told = {"promises": [promise.pk], "among": [bob.pk, nora.pk], "submission": key}
    head = make.client_of(dana)
    answers = [sent(head, "post", f"{URL}spread/", **told) for _ in range(3)]
    promise.refresh_from_db()
    keep_promise(promise=promise, actor=bob.actor, at=promise.due_at)  # and now it is out of reach
    answers.append(sent(head, "post", f"{URL}spread/", **told))
    assert [(answer.status_code, answer.json()) for answer in answers] == [(200, {"reassigned": 1})] * 4
    assert PromiseEvent.objects.filter(verb="reassigned").count() == 1
    gone = sent(head, "post", f"{URL}spread/", **{**told, "submission": str(uuid4())})
    assert (gone.status_code, gone.json()["code"]) == (409, "some_are_gone")


def test_shared_out_under_an_id_used_before_is_another_act(
    promise: Promise, bob: Staff, alice: Staff, charlie: Staff, dana: Staff, now: datetime
) -> None:
    told = {"promises": [promise.pk], "among": [charlie.pk], "submission": str(uuid4())}  # out of the head's hands
    other, theirs = (make.promise(owner=owner, at=now) for owner in (alice, charlie))
    head = make.client_of(dana)
    first = sent(head, "post", f"{URL}spread/", **told)
    for body, code in (
        ({"promises": [999_999]}, "some_are_gone"),
        ({"promises": [theirs.pk]}, "some_are_gone"),
        ({"promises": [promise.pk, 999_999]}, "some_are_gone"),
        ({"promises": [promise.pk, other.pk]}, "given_before"),
        ({"among": [bob.pk]}, "given_before"),
        ({"reason": "太多"}, "given_before"),
    ):
        refused = sent(head, "post", f"{URL}spread/", **{**told, **body})
        assert (refused.status_code, refused.json().get("code")) == (409, code), body
    assert sent(head, "post", f"{URL}spread/", **{**told, "promises": [other.pk]}).json() == {"reassigned": 1}
    assert set(Promise.objects.owned_by(charlie)) == {promise, other, theirs}
    again = sent(head, "post", f"{URL}spread/", **told)
    assert (again.status_code, again.json()) == (first.status_code, first.json()) == (200, {"reassigned": 1})
    assert PromiseEvent.objects.filter(verb="reassigned").count() == 2


def test_shared_out_under_the_id_of_another_manager_is_another_act(
    promise: Promise, bob: Staff, alice: Staff, dana: Staff, now: datetime
) -> None:
    told = {"promises": [promise.pk], "among": [bob.pk], "submission": str(uuid4())}
    assert sent(make.client_of(dana), "post", f"{URL}spread/", **told).status_code == 200
    elsewhere = make.staff("erin", "manager", department=make.department("elsewhere"))
    refused = sent(make.client_of(elsewhere), "post", f"{URL}spread/", **told)
    assert (refused.status_code, refused.json().get("code")) == (409, "some_are_gone")
    beside = make.staff("nora", "manager", department=alice.department)
    refused = sent(make.client_of(beside), "post", f"{URL}spread/", **told)  # who could only give it to bob anew
    assert (refused.status_code, refused.json().get("code")) == (409, "cannot_share")


def test_shared_out_over_colleagues(promise: Promise, alice: Staff, bob: Staff, dana: Staff, now: datetime) -> None:
    rows = [promise.pk, *(make.promise(owner=alice, at=now).pk for _ in range(2))]
    nora = make.staff("nora", "consultant", department=alice.department)
    told = {"promises": rows, "among": [bob.pk, nora.pk], "reason": "太多"}
    assert sent(make.client_of(alice), "post", f"{URL}spread/", **told).status_code == 403
    assert sent(make.client_of(dana), "post", f"{URL}spread/", **told).json() == {"reassigned": 3}
    assert sorted(Promise.objects.owned_by(each).count() for each in (bob, nora)) == [1, 2]


def test_given_back_to_a_team(line: Client, bob: Staff, promise: Promise) -> None:
    team = make.team("夜班", bob)
    row = act(line, promise, "release", team=team.pk, reason="下班", revision=promise.revision).json()
    assert (row["owner"], row["team"]) == (None, team.pk)
    refused = act(make.client_of(bob), promise, "release", team=team.pk, reason="x", revision=row["revision"])
    assert (refused.status_code, refused.json()["code"]) in [
        (409, "not_yours_to_release"),
        (403, "not_yours_to_release"),
    ]


@pytest.mark.parametrize("key", ["9" * 20, "1.5", "x"])
def test_tries_of_what_can_be_no_promise_are_refused_at_the_field(line: Client, key: str) -> None:
    answer = line.get("/api/v1/attempts/", {"promise": key})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["promise"])
