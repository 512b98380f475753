"""The bell: a note is seen within seconds, counted until it was opened, and leads to its thing."""

import re
from datetime import datetime, timedelta
from urllib.parse import unquote

from django.test import Client
from django.urls import reverse

from accounts.models import Staff
from messaging.models import Message
from messaging.services.delivery import deliver_due
from tests.conftest import SignedIn
from tests.messaging.make import message

BELL, NOTES = reverse("messaging:bell"), reverse("messaging:notes")
MENU = {"HX-Request": "true", "HX-Target": "notes"}


def tell(person: Staff, at: datetime) -> Message:
    note = message(person, at)
    deliver_due(now=lambda: at)
    return note


def poll(browser: Client, seen: str | None = None) -> str:
    """What the page gets; "" if nothing is new."""
    answer = browser.get(BELL, {} if seen is None else {"seen": seen})
    assert answer.status_code == (200 if answer.content else 204)
    return answer.content.decode()


def known_by(part: str) -> str:
    found = re.search(r'\?seen=([^"]*)"', part)
    assert found
    return unquote(found[1])


def test_a_page_that_opens_learns_the_number_and_announces_nothing(
    alice: Staff, bob: Staff, signed_in: SignedIn, now: datetime
) -> None:
    tell(alice, now)
    tell(bob, now)
    part = poll(signed_in(alice))
    assert '<span id="count-bell" class="n" hx-swap-oob="true">1</span>' in part
    assert "bell-news" not in part
    assert 'hx-trigger="every 4s"' in part


def test_what_is_known_is_not_sent_again_and_what_is_new_is_announced(
    alice: Staff, signed_in: SignedIn, now: datetime
) -> None:
    browser = signed_in(alice)
    seen = known_by(poll(browser))
    assert poll(browser, seen) == ""
    tell(alice, now)
    part = poll(browser, seen)
    assert "新通知： 测试消息</span>" in part
    assert poll(browser, known_by(part)) == ""
    assert poll(browser, "nonsense 2026-99-99") != ""


def test_one_that_is_not_due_does_not_ring(alice: Staff, signed_in: SignedIn, now: datetime) -> None:
    message(alice, now, send_at=now + timedelta(hours=1))
    deliver_due(now=lambda: now)
    assert '"true"></span>' in poll(signed_in(alice))


def test_opening_the_menu_reads_what_it_shows(alice: Staff, signed_in: SignedIn, now: datetime) -> None:
    browser = signed_in(alice)
    notes = [tell(alice, now + timedelta(minutes=number)) for number in range(9)]
    first = browser.get(NOTES, headers=MENU).content.decode()
    assert first.count('<li class="new">') == 8
    assert 'hx-swap-oob="true">1</span>' in first
    assert [note.pk for note in Message.objects.notes_of(alice).unread()] == [notes[0].pk]
    assert '<li class="new">' not in browser.get(NOTES, headers=MENU).content.decode()


def test_the_page_works_without_the_menu_and_links_to_the_thing(
    alice: Staff, bob: Staff, signed_in: SignedIn, now: datetime
) -> None:
    tell(alice, now)
    tell(bob, now)
    page = signed_in(alice).get(NOTES).content.decode()
    assert page.count('<li class="new">') == 1
    assert f'<a href="{reverse("messaging:outbox")}">' in page
    assert list(Message.objects.unread().values_list("staff", flat=True)) == [bob.pk]


def test_asking_does_not_renew_the_idle_clock_or_cost_much(alice: Staff, signed_in: SignedIn, now: datetime) -> None:
    browser = signed_in(alice)
    before = browser.session.get("seen_at")
    poll(browser)
    assert browser.session.get("seen_at") == before
