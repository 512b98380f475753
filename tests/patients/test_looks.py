"""Whoever looks for a number is on record, each time, wherever it was typed; the number itself is not."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
import time_machine

from accounts.models import AuditEntry, Staff
from tests import make

LISTS = ["/search/", "/patients/", "/calls/", "/outbox/", "/api/v1/patients/", "/api/v1/calls/", "/api/v1/messages/"]


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
    make.client_of(dana).post("/calls/export/", {"q": "5678", "format": "csv", "submission": str(uuid4())})
    assert len(asked()) == 1
