"""The outbox page: whose messages one sees, what of them, and what one may decide (A7, J1)."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from accounts.models import Department, Staff
from messaging.models import Channel, Message
from messaging.services.delivery import deliver_due
from messaging.services.outbox import cancel_messages
from patients.models import Visit
from tests import make
from tests.conftest import SignedIn
from tests.messaging.make import message

URL = reverse("messaging:outbox")
HTMX = {"HX-Request": "true"}


def seen(browser: Client, **query: str) -> set[int]:
    page = browser.get(URL, query).content.decode()
    return {pk for pk in Message.objects.values_list("pk", flat=True) if f'id="message-{pk}"' in page}


def line_in(page: str, row: Message) -> str:
    return page.partition(f'id="message-{row.pk}"')[2].partition("</tr>")[0]


def line_of(row: Message, browser: Client) -> str:
    return line_in(browser.get(URL).content.decode(), row)


def act(browser: Client, name: str, row: Message, **sent: str) -> int:
    return browser.post(reverse(f"messaging:message_{name}", args=[row.pk]), sent).status_code


def failed(person: Staff, at: datetime, state: str = "failed") -> Message:
    row = message(person, at, channel=Channel.EMAIL)
    settled_at = at if state == "failed" else None
    Message.objects.filter(pk=row.pk).update(state=state, reason="spent", settled_at=settled_at)
    return row


def test_each_sees_what_the_role_reaches(
    alice: Staff, bob: Staff, charlie: Staff, dana: Staff, frank: Staff, glaucoma: Department, signed_in: SignedIn,
    now: datetime,
) -> None:  # fmt: skip
    own, team, other = message(alice, now), message(bob, now), message(charlie, now)
    queued_by_alice = message(make.patient("李建国", department=glaucoma), now, actor=alice.actor)
    assert seen(signed_in(alice)) == {own.pk, queued_by_alice.pk}
    assert seen(signed_in(dana)) == {own.pk, team.pk, queued_by_alice.pk}
    assert seen(signed_in(charlie)) == {other.pk}
    assert seen(signed_in(frank)) == {own.pk, team.pk, other.pk, queued_by_alice.pk}


def test_a_manager_sees_the_departments_below(
    dana: Staff, cataract: Department, signed_in: SignedIn, now: datetime
) -> None:
    below = make.staff("", "consultant", department=make.department(parent=cataract))
    row = message(below, now)
    assert seen(signed_in(dana)) == {row.pk}


def test_the_administrator_sees_no_text_no_name_of_a_patient_and_no_address(
    frank: Staff, signed_in: SignedIn, now: datetime
) -> None:
    patient = make.patient("张桂兰", "13800001234")
    message(patient, now)
    message(make.staff(email="wangmin@example.com"), now, channel=Channel.EMAIL)
    page = signed_in(frank).get(URL).content.decode()
    assert patient.number in page
    assert "wa****@example.com" in page
    assert [word for word in ("张桂兰", "13800001234", "wangmin", "看到这条就说明能收到") if word in page] == []


def test_the_reader_sees_the_text_and_whom_it_is_for(alice: Staff, signed_in: SignedIn, now: datetime) -> None:
    message(make.patient("张桂兰"), now, actor=alice.actor)
    page = signed_in(alice).get(URL).content.decode()
    assert "张桂兰" in page
    assert "看到这条就说明能收到" in page


def test_is_searched_and_filtered(alice: Staff, bob: Staff, dana: Staff, signed_in: SignedIn, now: datetime) -> None:
    note, mail = message(alice, now), failed(bob, now)
    later = message(make.patient("张桂兰"), now, send_at=now + timedelta(days=1), actor=bob.actor)
    browser = signed_in(dana)
    assert seen(browser, q="alice") == {note.pk}
    assert seen(browser, q="zhanggl") == set()
    assert seen(browser, q="zgl") == {later.pk}
    assert seen(browser, state="failed") == seen(browser, state="for_a_person") == {mail.pk}
    assert seen(browser, channel="email") == {mail.pk}
    assert seen(browser, kind="messaging.trial") == {note.pk, mail.pk, later.pk}
    assert seen(browser, since="2026-03-13", until="2026-03-13") == {later.pk}
    assert seen(browser, since="9999-12-31", q="\0") == set()


def test_the_administrator_finds_nobody_on_file_by_name(frank: Staff, signed_in: SignedIn, now: datetime) -> None:
    message(make.patient("张桂兰"), now)
    assert seen(signed_in(frank), q="张桂兰") == set()


def test_acts_from_the_row(alice: Staff, signed_in: SignedIn, now: datetime) -> None:
    browser = signed_in(alice)
    late, lost, waiting = failed(alice, now), failed(alice, now, "unknown"), message(alice, now)
    far = {"expires_at": now + timedelta(days=36500)}  # the page has the real clock
    Message.objects.update(**far)
    assert act(browser, "retry", late) == act(browser, "settle", lost, outcome="arrived") == 302
    assert act(browser, "cancel", waiting) == act(browser, "settle", lost, outcome="nonsense") == 302
    states = dict(Message.objects.values_list("pk", "state"))
    assert [states[row.pk] for row in (late, lost, waiting)] == ["queued", "sent", "cancelled"]


@pytest.mark.parametrize(("outcome", "told"), [("arrived", "同事核实已送到。"), ("given_up", "没有送到；同事已放弃。")])
def test_what_nobody_knew_says_what_to_look_for_and_then_who_found_what(
    alice: Staff, dana: Staff, signed_in: SignedIn, now: datetime, outcome: str, told: str
) -> None:
    row, browser, look = failed(alice, now, "unknown"), signed_in(dana), "请先核实"
    assert look in browser.get(URL).content.decode()
    url = reverse("messaging:message_settle", args=[row.pk])
    answer = browser.post(url, {"outcome": outcome}, headers=HTMX).content.decode()
    for page in (answer, browser.get(URL).content.decode()):
        line = line_in(page, row)
        assert (dana.name in line, told in line, look in line) == (True, True, False)


@pytest.mark.parametrize(
    ("columns", "told"),
    [({"provider": "aliyun"}, "今天 10:07交给阿里云短信"), ({}, "今天 10:07交出")],
)
def test_what_nobody_knew_says_when_and_to_whom_it_was_handed_over(
    alice: Staff, signed_in: SignedIn, now: datetime, columns: dict[str, str], told: str
) -> None:
    """Not when it was to be sent: it may have waited for the morning, or for a second try."""
    row, browser = failed(alice, now - timedelta(hours=3), "unknown"), signed_in(alice)
    assert '<div class="t2 ink2">今天' not in line_of(row, browser)  # one of a restored back-up: nobody knows when
    handed_over_at = now.replace(hour=10, minute=7)
    Message.objects.filter(pk=row.pk).update(handed_over_at=handed_over_at, **columns)
    with time_machine.travel(now, tick=False):
        assert told in line_of(row, browser)
    Message.objects.filter(pk=row.pk).update(state="sent", settled_at=now)
    assert "10:07" not in line_of(row, browser)


def test_sending_again_is_offered_only_while_its_reason_stands(
    alice: Staff, signed_in: SignedIn, now: datetime
) -> None:
    row, browser = failed(alice, now, state="unknown"), signed_in(alice)
    Message.objects.update(expires_at=now + timedelta(days=36500))  # the page has the real clock
    offered = ['value="again"' in browser.get(URL).content.decode()]
    cancel_messages(source=row.source, actor=alice.actor, at=now)
    page = browser.get(URL).content.decode()
    offered.append('value="again"' in page)
    assert (offered, 'value="arrived"' in page) == ([True, False], True)


@pytest.mark.parametrize(
    ("values", "is_offered"),
    [({}, True), ({"expires_at": make.THEN + timedelta(days=12)}, False), ({"withdrawn_at": make.THEN}, False)],
)
def test_a_failed_one_is_tried_again_only_while_that_makes_sense_and_can_always_be_left(
    alice: Staff, signed_in: SignedIn, now: datetime, values: dict[str, datetime], is_offered: bool
) -> None:
    row, browser = failed(alice, now), signed_in(alice)
    Message.objects.update(**{"expires_at": now + timedelta(days=36500), **values})
    page = browser.get(URL).content.decode()
    assert (reverse("messaging:message_retry", args=[row.pk]) in page) is is_offered
    assert reverse("messaging:message_cancel", args=[row.pk]) in page
    act(browser, "cancel", row)
    assert seen(browser, state="for_a_person") == set()
    assert seen(browser, state="cancelled") == {row.pk}


def test_htmx_gets_the_row_and_a_word_when_it_came_too_late(alice: Staff, signed_in: SignedIn, now: datetime) -> None:
    row, browser = message(alice, now), signed_in(alice)
    url = reverse("messaging:message_cancel", args=[row.pk])
    first, second = (browser.post(url, headers=HTMX) for _ in range(2))
    for answer in (first, second):
        assert answer.content.decode().strip().startswith(f'<tr id="message-{row.pk}"')
    assert "HX-Trigger" not in first.headers
    assert "toast" in second.headers["HX-Trigger"]


@pytest.mark.parametrize("name", ["retry", "settle", "cancel"])
def test_whoever_does_not_see_it_cannot_act(
    bob: Staff, charlie: Staff, signed_in: SignedIn, now: datetime, name: str
) -> None:
    row = failed(bob, now)
    assert act(signed_in(charlie), name, row, outcome="arrived") == 404
    assert Message.objects.get(pk=row.pk).state == "failed"


def test_an_administrator_tries_the_channels(frank: Staff, signed_in: SignedIn, now: datetime) -> None:
    Staff.objects.filter(pk=frank.pk).update(email="frank@example.com")
    signed_in(frank).post(reverse("messaging:trial"))
    assert set(Message.objects.filter(staff=frank).values_list("channel", "state")) == {
        ("in_app", "queued"),
        ("email", "queued"),
    }


def test_the_rail_counts_what_needs_somebody(alice: Staff, bob: Staff, signed_in: SignedIn, now: datetime) -> None:
    failed(alice, now)
    failed(alice, now, "unknown")
    failed(bob, now)
    message(alice, now)
    counts = signed_in(alice).get(reverse("dashboards:counts")).content.decode()
    assert '<span class="n" id="count-outbox" hx-swap-oob="true">2</span>' in counts
    deliver_due(now=lambda: now)


def test_the_newest_stands_first_whenever_it_was_written(alice: Staff, signed_in: SignedIn, now: datetime) -> None:
    """By the time in its first column: what is to be sent tomorrow was written before what was sent just now."""
    tomorrow = message(alice, now + timedelta(days=1))
    yesterday, today = (message(alice, now + ago) for ago in (timedelta(days=-1), timedelta()))
    page = signed_in(alice).get(URL).content.decode()
    places = [page.index(f'id="message-{row.pk}"') for row in (tomorrow, today, yesterday)]
    assert places == sorted(places)


@pytest.mark.parametrize(("language", "told"), [("zh-hans", "已送达"), ("en", "Delivered")])
def test_a_message_is_delivered_where_a_visitor_arrives(language: str, told: str) -> None:
    with override(language):
        assert str(Message.Fate.DELIVERED.label) == told
        assert str(Visit.Status.ARRIVED.label) != told
