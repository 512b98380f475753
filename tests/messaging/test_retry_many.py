"""What was withheld for want of a set-up, or failed, is tried again together when that is mended. Missions D5, J1."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from accounts.models import AuditEntry, Staff
from messaging.models import Channel, Message, MessageClass, OptOut
from messaging.services.gateways import GATEWAYS
from messaging.services.opt_outs import opt_out
from messaging.services.outbox import cancel_messages
from messaging.services.settling import MessageMovedOn, retry_message, retry_messages
from tests import make
from tests.accounts.pages import in_english
from tests.api.test_patients import sent
from tests.conftest import SignedIn
from tests.messaging.make import message
from tests.messaging.people import Line, deliver, state_of

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _morning(db: None, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setitem(GATEWAYS, Channel.SMS, Line)
    with time_machine.travel(now, tick=False):
        yield


def withheld(by: Staff, at: datetime, reason: str = "not_set_up", **values: Any) -> Message:
    patient = make.patient("张桂兰", "13800001234")
    given = {"channel": Channel.SMS, "message_class": MessageClass.CARE, "expires_at": at + DAY, **values}
    row = message(patient, at, actor=by.actor, **given)
    Message.objects.filter(pk=row.pk).update(state="withheld", reason=reason, settled_at=at)
    row.refresh_from_db()
    return row


def again(rows: list[Message], at: datetime) -> tuple[int, int]:
    chosen = Message.objects.filter(pk__in=[row.pk for row in rows])
    return tuple(retry_messages(messages=chosen, actor=make.by(), at=at))  # type: ignore[return-value]


def test_they_wait_for_their_turn_and_go(alice: Staff, now: datetime) -> None:
    rows = [withheld(alice, now), withheld(alice, now, "no_template")]
    assert again(rows, now) == (2, 0)
    deliver(now)
    assert [state_of(row) for row in rows] == [("sent", "")] * 2
    assert AuditEntry.objects.filter(verb="message.retried").count() == 2


def test_sent_twice_they_go_once(alice: Staff, now: datetime) -> None:
    rows = [withheld(alice, now)]
    assert [again(rows, now), again(rows, now)] == [(1, 0), (0, 1)]
    deliver(now)
    assert again(rows, now) == (0, 1)
    assert state_of(rows[0]) == ("sent", "")


@pytest.mark.parametrize("reason", ["opted_out", "no_consent", "held", "deceased", "capped"])
def test_what_was_withheld_for_a_persons_sake_stays(alice: Staff, now: datetime, reason: str) -> None:
    row = withheld(alice, now, reason)
    with pytest.raises(MessageMovedOn):
        retry_message(message=row, actor=alice.actor, at=now)
    assert again([row], now) == (0, 1)


def test_whoever_stopped_messages_meanwhile_gets_none(alice: Staff, now: datetime) -> None:
    row = withheld(alice, now)
    opt_out(patient=row.patient, scope=OptOut.Scope.ALL, way=OptOut.Way.COLLEAGUE, actor=alice.actor, at=now)
    again([row], now)
    deliver(now)
    assert state_of(row) == ("withheld", "opted_out")


def test_what_is_over_or_too_late_is_left(alice: Staff, now: datetime) -> None:
    over, open_still = (withheld(alice, now, source=f"promise:{number}") for number in range(2))
    late = withheld(alice, now, expires_at=now + timedelta(minutes=1))
    cancel_messages(source=over.source, actor=alice.actor, at=now)
    assert again([over, late, open_still], now + timedelta(minutes=2)) == (1, 2)
    assert [state_of(row)[0] for row in (over, late, open_still)] == ["withheld", "withheld", "queued"]


def test_on_the_page_one_ticks_them_and_is_led_back(alice: Staff, signed_in: SignedIn, now: datetime) -> None:
    ticked, other = withheld(alice, now), withheld(alice, now)
    browser, here = in_english(signed_in(alice)), "/outbox/?state=withheld"
    assert f'value="{ticked.pk}" form="again"' in browser.get(here).content.decode()
    url = reverse("messaging:messages_retry")
    answer = browser.post(url, {"message": [ticked.pk, "x"], "next": here}, follow=True)
    assert answer.redirect_chain == [(here, 302)]
    assert "1 message waits for its turn. Before they go, consent" in answer.content.decode()
    assert [state_of(row)[0] for row in (ticked, other)] == ["queued", "withheld"]
    assert "Tick at least one message." in browser.post(url, {}, follow=True).content.decode()


def test_all_that_lacked_a_set_up_go_with_one_button(alice: Staff, signed_in: SignedIn, now: datetime) -> None:
    rows = [withheld(alice, now) for _ in range(3)]
    browser, list_url = in_english(signed_in(alice)), "/outbox/?state=not_ready"
    assert "Try all again that lacked a set-up" in browser.get(list_url).content.decode()
    assert "Try all again that lacked a set-up" not in browser.get("/outbox/?state=withheld").content.decode()
    browser.post(reverse("messaging:messages_retry"), {"which": "not_ready"})
    assert {state_of(row)[0] for row in rows} == {"queued"}


def test_nobody_sends_those_of_others(alice: Staff, bob: Staff, signed_in: SignedIn, now: datetime) -> None:
    row, url = withheld(alice, now), reverse("messaging:messages_retry")
    for sent_along in ({"message": [row.pk]}, {"which": "not_ready"}):
        signed_in(bob).post(url, sent_along)
    assert state_of(row)[0] == "withheld"


def test_programs_do_the_same(alice: Staff, now: datetime) -> None:
    rows = [withheld(alice, now), withheld(alice, now, "opted_out")]
    client, keys = make.client_of(alice), [row.pk for row in rows]
    assert sent(client, "post", "/api/v1/messages/retry/", messages=keys).json() == {"again": 1, "left": 1}
    assert sent(client, "post", "/api/v1/messages/retry/", messages=[]).status_code == 400
    assert sent(client, "post", f"/api/v1/messages/{withheld(alice, now).pk}/retry/").json()["state"] == "queued"
