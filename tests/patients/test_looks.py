"""Whoever looks for a number is on record, each time, wherever it was typed; the number itself is not."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine

from accounts.models import AuditEntry, Staff
from tests import make

LISTS = ["/search/", "/patients/", "/calls/", "/outbox/", "/api/v1/patients/", "/api/v1/calls/", "/api/v1/messages/"]
WHILE_TYPING = [("/calls/who/", "number"), ("/patients/new/alike/", "phone"), ("/patients/new/", "phone")]


@pytest.fixture(autouse=True)
def _clock(now: datetime) -> object:
    with time_machine.travel(now, tick=False):
        yield


def asked() -> list[dict[str, Any]]:
    rows = AuditEntry.objects.filter(verb="number.asked").values("actor", "subject_id", "fields")
    return [dict(row) for row in rows]


@pytest.mark.parametrize("url", LISTS)
def test_in_a_list(alice: Staff, url: str) -> None:
    browser = make.client_of(alice)
    for typed in ("白内障", "567", "5678", "5678", "+86 139 0000 5678"):
        assert browser.get(url, {"q": typed}).status_code == 200
    assert asked() == [{"actor": alice.actor.pk, "subject_id": None, "fields": []}] * 3


def test_in_the_search_of_the_api(alice: Staff) -> None:
    browser = make.client_of(alice)
    for typed in ("张", "5678", "5678"):
        assert browser.post("/api/v1/search/", {"q": typed}, content_type="application/json").status_code == 200
    assert len(asked()) == 2


def test_with_what_the_search_drops_around_it(alice: Staff) -> None:
    make.client_of(alice).get("/search/", {"q": "5678\0" + " " * 80 + "x"})
    assert len(asked()) == 1


def test_where_a_caller_is_named_what_is_typed_and_not_what_is_known(alice: Staff, now: datetime) -> None:
    call, browser = make.call(alice, number="13800001234", at=now), make.client_of(alice)
    assert browser.get(f"/calls/{call.pk}/caller/").status_code == 200
    assert asked() == []
    browser.get(f"/calls/{call.pk}/caller/", {"q": "5678"})
    assert len(asked()) == 1


def test_in_an_export(dana: Staff) -> None:
    told = {"format": "csv", "purpose": "list", "submission": str(uuid4())}
    make.client_of(dana).post("/calls/export/", {**told, "q": "5678"})
    assert len(asked()) == 1


@pytest.mark.parametrize(("url", "field"), WHILE_TYPING)
def test_while_it_is_typed_once_a_form_and_ten_minutes(alice: Staff, now: datetime, url: str, field: str) -> None:
    make.patient("张桂兰", "13800001234")
    browser = make.client_of(alice)

    def type_digits(form: dict[str, str], at: datetime) -> int:
        with time_machine.travel(at, tick=False):
            for end in range(1, 12):
                answer = browser.post(url, {**form, field: "13800001234"[:end]})
        assert "张桂兰" in answer.content.decode()
        return len(asked())

    first, second, none = {"submission": str(uuid4())}, {"submission": str(uuid4())}, {"submission": "x"}
    assert [type_digits(form, now) for form in (first, first, second, none, none)] == [1, 1, 2, 3, 3]
    assert type_digits(first, now + timedelta(minutes=10)) == 4
    assert asked()[0] == {"actor": alice.actor.pk, "subject_id": None, "fields": []}


@pytest.mark.parametrize(("url", "field"), WHILE_TYPING)
def test_a_name_or_less_than_an_ending_is_no_number(alice: Staff, url: str, field: str) -> None:
    make.client_of(alice).post(url, {"submission": str(uuid4()), "name": "张桂兰", field: "138"})
    assert asked() == []


def test_the_number_of_a_call_that_is_opened_again(alice: Staff) -> None:
    """Kept from elsewhere it was never looked for; the page that shows it does so."""
    browser, key = make.client_of(alice), str(uuid4())
    browser.post("/calls/draft/", {"submission": key, "number": "5678"})
    assert asked() == []
    for _times in range(2):
        browser.get("/calls/new/", {"draft": key})
    browser.post("/calls/new/", {"submission": key, "number": "5678", "act": "look"}, follow=True)
    assert len(asked()) == 1


def test_the_look_at_a_number_beside_it(alice: Staff, now: datetime) -> None:
    """Both are kept with one statement."""
    patient = make.patient("张桂兰", "13800001234")
    make.promise(patient, owner=alice, at=now)
    who = f"patient:{patient.pk}"
    sent = {"submission": str(uuid4()), "number": "5678", "direction": "out", "who": who, "filled": who}
    make.client_of(alice).post("/calls/who/", sent)
    assert len(asked()) == 1
    assert AuditEntry.objects.about(patient).filter(verb="patient.phone_revealed").count() == 1
