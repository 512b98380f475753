"""A call corrected by a program: what is told anew takes the place of what was wrong, the rest stays. B3, J1."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.access import Role
from accounts.models import Staff
from consult.models import Call
from patients.models import Patient
from promises.models import Promise
from tests import make
from tests.api.test_calls import HOUR, URL, log
from tests.api.test_patients import sent

pytestmark = pytest.mark.usefixtures("clock")


def correct(client: Client, call: Any, **told: Any) -> Any:
    return sent(client, "post", f"{URL}{call['id']}/correct/", **{"reason": "登错", **told})


def test_what_was_wrong_is_told_anew_and_all_else_stays(line: Client, zhang: Patient, now: datetime) -> None:
    began = (now - timedelta(days=40)).isoformat()
    told: dict[str, Any] = {"number": "138 0000 1234 转 7", "patient": zhang.pk, "age": 72, "condition": "眼痛"}
    first = log(line, **told, started_at=(now - timedelta(minutes=3)).isoformat(), ended_at=now.isoformat()).json()
    Call.objects.update(started_at=began, ended_at=now - timedelta(days=40) + timedelta(minutes=3))  # grown old since
    answer = correct(line, first, topics=[{"topic": "directions", "question": "怎么走"}], age=73, started_at=began)
    row = answer.json()
    assert (answer.status_code, row["replaces"], row["age"]) == (201, first["id"], 73)
    changed = {"id", "age", "topics", "replaces", "logged_at", "started_at", "ended_at"}
    assert {name: value for name, value in row.items() if name not in changed} == {
        name: value for name, value in first.items() if name not in changed
    }
    call = Call.objects.standing().get()
    assert (call.digits, call.extension, call.clock, call.started_at.isoformat()) == (
        "13800001234",
        "7",
        "03:00",
        datetime.fromisoformat(began).astimezone(call.started_at.tzinfo).isoformat(),
    )
    assert [row.question for row in call.topics.all()] == ["怎么走"]
    assert line.get(f"{URL}{first['id']}/").json()["void_reason"] == "登错"


def test_with_another_beginning_it_lasts_as_long(line: Client, now: datetime) -> None:
    first = log(line, started_at=(now - timedelta(minutes=3)).isoformat(), ended_at=now.isoformat()).json()
    row = correct(line, first, started_at=(now - HOUR).isoformat()).json()
    assert datetime.fromisoformat(row["ended_at"]) == now - timedelta(minutes=57)
    too_old = correct(line, row, started_at=(now - timedelta(days=31)).isoformat())
    assert (too_old.status_code, list(too_old.json()["errors"])) == (400, ["started_at"])


def test_the_time_that_it_lay_aside_stays_and_so_does_its_end(line: Client, now: datetime) -> None:
    began = now - timedelta(minutes=10)
    first = log(line, started_at=began.isoformat(), ended_at=now.isoformat()).json()
    Call.objects.update(parked_seconds=240)
    row = correct(line, first, note="记错").json()
    assert (row["parked_seconds"], datetime.fromisoformat(row["ended_at"])) == (240, now)
    assert Call.objects.standing().get().clock == "06:00"
    row = correct(line, row, started_at=(began - HOUR).isoformat()).json()
    assert (row["parked_seconds"], datetime.fromisoformat(row["ended_at"])) == (240, now - HOUR)
    row = correct(line, row, ended_at=(began - HOUR + timedelta(minutes=2)).isoformat()).json()
    assert row["parked_seconds"] == 120  # no longer than it took


def test_about_somebody_else_or_with_another_number(line: Client, zhang: Patient) -> None:
    call = log(line, number="13900005678", name="王建军").json()
    call = correct(line, call, patient=zhang.pk).json()
    assert (call["patient"], call["contact"], call["masked"]) == (zhang.pk, None, "139****5678")
    call = correct(line, call, name="李四").json()
    assert (call["patient"], call["masked"]) == (None, "139****5678")
    call = correct(line, call, is_withheld=True).json()
    assert (call["is_withheld"], Call.objects.standing().get().digits) == (True, "")
    call = correct(line, call, number="13800001234").json()
    assert (call["masked"], call["is_withheld"]) == ("138****1234", False)
    call = correct(line, call, is_withheld=False).json()
    assert call["masked"] == "138****1234"


def test_its_promise_goes_on_where_it_fits_and_is_not_made_twice(line: Client, zhang: Patient, now: datetime) -> None:
    promised = {"kind": "ring_back", "due_at": (now + HOUR).isoformat()}
    first = log(line, "ring_back", patient=zhang.pk, promised=promised).json()
    again = correct(line, first, promised=promised)
    assert (again.status_code, list(again.json()["errors"])) == (400, ["promised"])
    row = correct(line, first, note="晚上再说").json()
    assert (row["promise"], Promise.objects.count()) == (first["promise"], 1)
    row = correct(line, row, disposition="answered").json()
    assert (row["promise"], Promise.objects.get().state) == (None, "withdrawn")
    missing = correct(line, row, disposition="complaint")
    assert (missing.status_code, missing.json()["code"]) == (409, "promise_missing")
    assert Call.objects.standing().get().pk == row["id"]


@pytest.mark.parametrize("has_left", [False, True])
def test_who_took_it_owes_what_the_manager_adds_or_else_the_manager(
    line: Client, alice: Staff, dana: Staff, zhang: Patient, *, has_left: bool
) -> None:
    dana.roles = [Role.MANAGER, Role.CONSULTANT]
    dana.save()
    first = log(line, patient=zhang.pk).json()
    if has_left:
        make.left(alice)
    promised = {"kind": "ring_back", "due_at": "2026-03-13T09:00:00+08:00"}
    answer = correct(make.client_of(dana), first, disposition="ring_back", promised=promised)
    assert (answer.status_code, answer.json()["handled_by"]) == (201, alice.pk)
    assert Promise.objects.get().owner == (dana if has_left else alice)


def test_only_who_took_it_or_a_manager_once_and_with_a_reason(
    line: Client, bob: Staff, charlie: Staff, zhang: Patient
) -> None:
    first = log(line, patient=zhang.pk).json()
    refused = correct(make.client_of(bob), first)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_your_call")
    assert correct(make.client_of(charlie), first).status_code == 404
    for reason in ("", "长" * 201):
        wrong = correct(line, first, reason=reason)
        assert (wrong.status_code, list(wrong.json()["errors"])) == (400, ["reason"])
    assert correct(line, first).status_code == 201
    again = correct(line, first)
    assert (again.status_code, again.json()["code"]) == (409, "call_already_voided")


def test_a_reason_is_as_long_as_on_the_page(line: Client, zhang: Patient) -> None:
    first = log(line, patient=zhang.pk).json()
    too_long = sent(line, "post", f"{URL}{first['id']}/void/", reason="长" * 201)
    assert (too_long.status_code, list(too_long.json()["errors"])) == (400, ["reason"])
    assert sent(line, "post", f"{URL}{first['id']}/void/", reason="长" * 200).status_code == 200


@pytest.mark.parametrize("nothing", ["patient", "contact", "number"])
def test_nothing_in_a_field_says_nothing_of_who_it_was(line: Client, zhang: Patient, nothing: str) -> None:
    first = log(line, number="138 0000 1234", patient=zhang.pk).json()
    row = correct(line, first, **{nothing: None}, note="更正").json()
    assert (row["patient"], row["contact"], row["masked"], row["note"]) == (zhang.pk, None, "138****1234", "更正")
