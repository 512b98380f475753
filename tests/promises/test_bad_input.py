"""Whatever is typed into the forms about patients, calls and promises: no fault of the server, nothing lost.

A fault needs no assertion: the test's client raises it.
"""

import json
from datetime import datetime
from itertools import islice
from pathlib import Path

import pytest
import time_machine

from accounts.models import Staff
from patients.models import Patient
from promises.models import Promise
from tests import make
from tests.accounts.pages import Page, fill
from tests.accounts.test_bad_input import HUGE, LEFT_OUT, packed

ROOM = 280  # of the shortest long text; longer strings go in one by one and are too long


@pytest.fixture
def naughty(samples: Path) -> list[str]:
    strings = json.loads((samples / "naughty" / "blns.json").read_text(encoding="utf-8"))
    return packed([*strings, *LEFT_OUT], ROOM)


def pages(patient: Patient, promise: Promise) -> list[str]:
    acts = ("keep", "withdraw", "postpone", "hand-over", "attempts/new")
    return [
        "/patients/new/",
        f"/patients/{patient.pk}/edit/",
        f"/patients/{patient.pk}/phones/new/",
        "/calls/new/",
        *(f"/promises/{promise.pk}/{act}/" for act in acts),
    ]


def test_every_field_takes_every_naughty_string(alice: Staff, now: datetime, naughty: list[str]) -> None:
    """Each page in turn gets the next strings, one in each of its fields."""
    with time_machine.travel(now, tick=False):
        client = make.client_of(alice)
        patient = make.patient("张桂兰", "13800001234", at=now)
        strings = iter(naughty)
        rest = True
        while rest:
            for url in pages(patient, make.promise(patient, owner=alice, at=now)):
                values = Page(client.get(url)).values
                names = [name for name in values if name not in ("submission", "csrfmiddlewaretoken")]
                texts = list(islice(strings, len(names)))
                rest = bool(texts)
                if not rest:
                    break
                answer = client.post(url, fill(values, **dict(zip(names, texts, strict=False))))
                assert answer.status_code in (200, 302, 409), url


@pytest.mark.parametrize("text", ["abc", HUGE, "\x00", "-1", "１２", "😀", ""])
def test_addresses_and_filters_take_what_is_no_number(alice: Staff, now: datetime, text: str) -> None:
    client = make.client_of(alice)
    named = ("state", "kind", "owner", "team", "department", "since", "until", "measure", "whose", "falls", "cursor")
    for url in ("/promises/", "/calls/", "/promises/print/", "/", "/figures/promises/"):
        answer = client.get(url, dict.fromkeys(named, text))
        assert answer.status_code in (200, 404), url
    for name in ("draft", "promise", "patient", "saved"):
        assert client.get("/calls/new/", {name: text}).status_code in (200, 404), name
    assert client.get(f"/promises/{HUGE}/").status_code == 404
    assert client.get(f"/calls/{HUGE}/").status_code == 404


def test_reassigning_takes_what_is_no_promise(dana: Staff) -> None:
    client = make.client_of(dana)
    for ticked in (["abc"], [HUGE], ["１"], ["\x00"], []):
        for page in ("/promises/reassign/", "/promises/spread/"):
            assert client.post(page, {"promise": ticked, "owner": "x"})["Location"] == "/promises/"
            assert client.get(page, {"promise": ticked, "owner": "x"})["Location"] == "/promises/"


def test_the_last_day_that_there_is_is_a_day(dana: Staff) -> None:
    client = make.client_of(dana)
    for url in ("/promises/", "/promises/print/", "/figures/promises/?period=own"):
        last = {"since": "9999-12-31", "until": "9999-12-31"}
        assert client.get(url, {"period": "own", **last}).status_code == 200
    assert client.get("/promises/", {"owner": "9" * 5000}).status_code == 200
