"""A call logged by a program: with its topics, what it promises, settles and tries. Mission B3, J1."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import AuditEntry, Staff
from consult.models import Call
from patients.models import Contact, Patient
from promises.models import Promise
from tests import make
from tests.api.test_patients import sent

URL = "/api/v1/calls/"
HOUR = timedelta(hours=1)
EDGES = ("0001-01-01T00:00", "0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-08:00")  # no moment in every zone

pytestmark = pytest.mark.usefixtures("clock")


def log(client: Client, disposition: str = "answered", **told: Any) -> Any:
    topics = [{"topic": "fee", "question": "多少钱", "answer": "57 元"}]
    return sent(client, "post", URL, **{"disposition": disposition, "topics": topics, **told})


def test_keeps_what_was_told_and_masks_the_number(line: Client, alice: Staff, zhang: Patient, now: datetime) -> None:
    began = (now - timedelta(minutes=3)).isoformat()
    answer = log(line, number="138 0000 1234", patient=zhang.pk, started_at=began, age=72, relation="self")
    row = answer.json()
    assert (answer.status_code, row["masked"], row["patient"], row["age"]) == (201, "138****1234", zhang.pk, 72)
    assert "13800001234" not in answer.content.decode()
    call = Call.objects.get()
    assert (call.digits, call.handled_by, call.clock, call.topics.get().answer) == (
        "13800001234",
        alice,
        "03:00",
        "57 元",
    )


def test_a_promise_made_in_it_can_be_followed(line: Client, zhang: Patient, now: datetime) -> None:
    promised = {"kind": "ring_back", "due_at": (now + HOUR).isoformat()}
    row = log(line, "ring_back", patient=zhang.pk, promised=promised).json()
    promise = line.get(f"/api/v1/promises/{row['promise']}/").json()
    assert (promise["state"], promise["owner"]["name"], promise["note"]) == ("open", "Alice", "多少钱")


def test_sent_twice_it_is_logged_once(line: Client, zhang: Patient) -> None:
    told: dict[str, Any] = {"patient": zhang.pk, "submission": str(uuid4())}
    first, again = log(line, **told), log(line, **told)
    assert (first.status_code, again.status_code, first.json()) == (201, 200, again.json())
    assert Call.objects.count() == 1


def test_somebody_unknown_is_a_caller_and_becomes_a_patient(line: Client) -> None:
    row = log(line, number="13900005678", name="王建军").json()
    assert Contact.objects.get(pk=row["contact"]).name == "王建军"
    named = sent(line, "post", f"{URL}{row['id']}/caller/", name="王建军", sex="male").json()
    assert Patient.objects.get(pk=named["patient"]).name == "王建军"
    again = sent(line, "post", f"{URL}{row['id']}/caller/", name="王建军")
    assert (again.status_code, again.json()["code"]) == (409, "caller_is_known")


def test_settles_what_is_named_and_all_ring_backs_where_nobody_said(
    line: Client, alice: Staff, zhang: Patient, now: datetime
) -> None:
    first, second = (make.promise(zhang, owner=alice, at=now) for _ in range(2))
    assert log(line, patient=zhang.pk, settles=[first.pk]).json()["settled"] == [first.pk]
    assert log(line, patient=zhang.pk).json()["settled"] == [second.pk]


def test_voided_it_gives_back_what_it_settled(line: Client, alice: Staff, zhang: Patient, now: datetime) -> None:
    promise = make.promise(zhang, owner=alice, at=now)
    row = log(line, patient=zhang.pk).json()
    assert sent(line, "post", f"{URL}{row['id']}/void/", reason="登错人").json()["void_reason"] == "登错人"
    promise.refresh_from_db()
    assert promise.state == Promise.State.OPEN


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"disposition": "?"}, "disposition"),
        ({"topics": [{"topic": "nothing"}]}, "topics"),
        ({"number": "abc"}, "number"),
        ({"number": "13800001234", "is_withheld": True}, "number"),
        ({"age": 131}, "age"),
        ({"started_at": "2999-01-01T00:00:00Z"}, "started_at"),
        ({"started_at": "2026-02-10T00:00:00Z"}, "started_at"),  # more than 30 days ago
        *(({"started_at": edge}, "started_at") for edge in EDGES),
        *(({"ended_at": edge}, "ended_at") for edge in EDGES),
        *(({"promised": {"kind": "ring_back", "due_at": edge}}, "promised") for edge in EDGES),
        ({"patient": 10**30}, "patient"),
        ({"settles": ["x"]}, "settles"),
        ({"promised": {"kind": "ring_back"}}, "promised"),
    ],
)
def test_a_wrong_shape_is_said_at_its_field(line: Client, told: dict[str, Any], field: str) -> None:
    answer = log(line, **told)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert not Call.objects.exists()


def test_the_services_rules_hold(line: Client) -> None:
    for told, code in (
        ({"topics": []}, "topic_missing"),
        ({"disposition": "booked"}, "booking_not_yet"),
        ({"disposition": "ring_back"}, "promise_missing"),
    ):
        answer = log(line, **told)
        assert (answer.status_code, answer.json()["code"]) == (409, code)


def test_what_is_owed_to_somebody_else_or_out_of_scope_is_not_settled(
    line: Client, alice: Staff, charlie: Staff, zhang: Patient, now: datetime
) -> None:
    other = make.promise(owner=alice, at=now)
    question = make.promise(zhang, owner=alice, at=now, kind="look_into")
    assert list(log(line, patient=zhang.pk, settles=[other.pk]).json()["errors"]) == ["settles"]
    nurse = make.client_of(charlie)
    assert list(log(nurse, patient=zhang.pk, settles=[question.pk]).json()["errors"]) == ["settles"]


def test_is_seen_by_whoever_sees_calls_and_the_look_is_recorded(line: Client, charlie: Staff, zhang: Patient) -> None:
    pk = log(line, patient=zhang.pk).json()["id"]
    assert line.get(f"{URL}{pk}/").status_code == 200
    assert AuditEntry.objects.filter(verb="call.opened").count() == 1
    assert make.client_of(charlie).get(f"{URL}{pk}/").status_code == 404
    assert len(line.get(URL, {"q": "多少"}).json()["results"]) == 1


def test_what_a_call_answers_can_be_sent_with_its_nulls(line: Client) -> None:
    nobody: dict[str, Any] = dict.fromkeys(("number", "patient", "contact", "promised", "tries"))
    assert log(line, name="李小梅", **nobody).status_code == 201


@pytest.mark.parametrize(
    ("began", "ended", "is_right"),
    [(3, 2, True), (2, 3, False), (5, None, False), (3, None, True), (29, 28, True)],
    ids=["over", "ends before it begins", "forgotten", "just now", "yesterday"],
)
def test_a_call_lasts_as_long_as_it_can(
    line: Client, now: datetime, began: int, ended: int | None, is_right: bool
) -> None:
    told = {"started_at": (now - began * HOUR).isoformat()}
    if ended is not None:
        told["ended_at"] = (now - ended * HOUR).isoformat()
    answer = log(line, name="李小梅", **told)
    assert answer.status_code == (201 if is_right else 400)
    assert is_right or list(answer.json()["errors"]) == ["ended_at"]
