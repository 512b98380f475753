"""A text message that failed is tried again by somebody: the law is asked once more, and the page says so."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Staff
from messaging.models import Channel, Message, MessageClass, OptOut
from messaging.services.gateways import GATEWAYS
from messaging.services.opt_outs import opt_out
from patients.models import Patient
from tests import make
from tests.accounts.pages import in_english
from tests.conftest import SignedIn
from tests.messaging.make import message
from tests.messaging.people import Line, deliver, state_of

HTMX = {"HX-Request": "true"}
WORDS = "It waits for its turn. Before it goes, consent, opt-outs, holds and hours are asked again."


@pytest.fixture(autouse=True)
def _morning(now: datetime) -> Any:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def zhang(db: None) -> Patient:
    return make.patient("张桂兰", "13800001234")


@pytest.fixture
def failed(zhang: Patient, alice: Staff, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Message:
    monkeypatch.setitem(GATEWAYS, Channel.SMS, Line)
    values = {"channel": Channel.SMS, "message_class": MessageClass.CARE, "expires_at": now + timedelta(days=3)}
    row = message(zhang, now, actor=alice.actor, **values)
    Message.objects.filter(pk=row.pk).update(state="failed", reason="refused", settled_at=now)
    return row


def retry(browser: Client, row: Message, **headers: str) -> Any:
    return browser.post(reverse("messaging:message_retry", args=[row.pk]), headers=headers, follow=True)


def test_it_goes_where_nothing_stands_against_it(
    failed: Message, alice: Staff, signed_in: SignedIn, now: datetime
) -> None:
    answer = retry(in_english(signed_in(alice)), failed)
    assert WORDS in answer.content.decode()
    deliver(now)
    assert state_of(failed) == ("sent", "")


def test_whoever_stopped_messages_meanwhile_gets_none(
    failed: Message, zhang: Patient, alice: Staff, signed_in: SignedIn, now: datetime
) -> None:
    opt_out(patient=zhang, scope=OptOut.Scope.ALL, way=OptOut.Way.COLLEAGUE, actor=alice.actor, at=now)
    answer = retry(in_english(signed_in(alice)), failed, **HTMX)
    assert WORDS in answer.headers["HX-Trigger"]
    deliver(now)
    assert state_of(failed) == ("withheld", "opted_out")


def test_in_quiet_hours_it_waits(failed: Message, alice: Staff, signed_in: SignedIn, now: datetime) -> None:
    night = now.replace(hour=23)
    with time_machine.travel(night, tick=False):
        retry(signed_in(alice), failed)
    deliver(night)
    assert state_of(failed) == ("queued", "quiet")


def test_a_note_to_a_colleague_knows_no_such_law(alice: Staff, signed_in: SignedIn, now: datetime) -> None:
    row = message(alice, now)
    Message.objects.filter(pk=row.pk).update(state="failed", reason="spent", settled_at=now)
    assert WORDS not in retry(in_english(signed_in(alice)), row).content.decode()
    assert state_of(row) == ("queued", "")
