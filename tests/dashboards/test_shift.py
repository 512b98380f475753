"""Hand over the shift: what is still open, what one was told, several at once to one colleague. Mission B4."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import Staff
from dashboards.reports.shift import shift_of
from followups.models import Attempt
from followups.services.attempts import record_attempt
from messaging.models import Message
from promises.models import Promise
from promises.services.changes import PromiseAlreadyOver
from promises.services.closing import keep_promise
from promises.services.handing_over import OwesAlready, accept_promises, hand_over_promise, hand_over_promises
from tests import make
from tests.accounts.pages import in_english

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
URL = "/shift/"


@pytest.fixture(autouse=True)
def _morning(now: datetime) -> Any:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def three(alice: Staff, now: datetime) -> list[Promise]:
    patient = make.patient("张桂兰", "13800001234")
    return [make.promise(patient, owner=alice, at=now, due_at=now + hours * HOUR) for hours in (1, 2, 3)]


def pass_on(browser: Client, to: Staff | None, *promises: Promise) -> Any:
    ticked = {"promise": [promise.pk for promise in promises], "to": to.pk if to else "", "reason": "早退"}
    return browser.post(URL, ticked)


def test_passed_on_twice_asks_once_and_says_the_same(alice: Staff, bob: Staff, three: list[Promise]) -> None:
    browser = in_english(make.client_of(alice))
    for _times in range(2):
        pass_on(browser, bob, *three)
        assert "3 promises passed on to Bob" in browser.get(URL).content.decode()
    assert [promise.events.filter(verb="handed_over").count() for promise in three] == [1, 1, 1]
    assert not Message.objects.filter(staff=bob, state="cancelled").exists()


def asked(promises: list[Promise]) -> list[str | None]:
    rows = Promise.objects.filter(pk__in=[promise.pk for promise in promises]).order_by("pk")
    return list(rows.values_list("pending_owner__username", flat=True))


def test_shows_what_falls_due_until_the_next_shift_ends(alice: Staff, bob: Staff, now: datetime) -> None:
    late, soon, _far = (
        make.promise(owner=alice, at=now - DAY, due_at=now + due) for due in (-HOUR, 15 * HOUR, 2 * DAY)
    )
    make.promise(owner=bob, at=now)
    keep_promise(promise=make.promise(owner=alice, at=now), actor=alice.actor, at=now)
    shift = shift_of(alice, at=now)
    assert (shift.owed, shift.until) == ([late, soon], now + 16 * HOUR)


def test_shows_whom_one_tried_to_reach_today_and_what_was_said(alice: Staff, bob: Staff, now: datetime) -> None:
    def tried(staff: Staff, at: datetime) -> Attempt:
        promise = make.promise(owner=staff, at=at - DAY, due_at=at + HOUR)
        return record_attempt(
            promise=promise, outcome=Attempt.Outcome.NO_ANSWER, note="女儿接的", actor=staff.actor, at=at
        )

    tried(alice, now - DAY)
    tried(bob, now)
    today = tried(alice, now - HOUR)
    assert shift_of(alice, at=now).told == [today]
    assert "女儿接的" in make.client_of(alice).get(URL).content.decode()


def test_several_are_passed_on_at_once_and_each_waits_to_be_accepted(
    three: list[Promise], alice: Staff, bob: Staff
) -> None:
    answer = pass_on(make.client_of(alice), bob, three[0], three[2])
    assert answer["Location"] == URL
    assert asked(three) == ["bob", None, "bob"]
    assert Promise.objects.filter(owner=alice).count() == 3
    told = Message.objects.filter(staff=bob, kind="promises.asked", channel="in_app")
    assert told.count() == 2


def test_all_that_was_passed_on_is_accepted_at_once(three: list[Promise], alice: Staff, bob: Staff) -> None:
    pass_on(make.client_of(alice), bob, *three[:2])
    browser = in_english(make.client_of(bob))
    assert "2 passed on to you" in browser.get(URL).content.decode()
    answer = browser.post("/shift/accept/", follow=True)
    assert "2 promises are yours now" in answer.content.decode()
    assert set(Promise.objects.filter(owner=bob)) == set(three[:2])


def test_all_of_them_or_none(three: list[Promise], alice: Staff, bob: Staff, now: datetime) -> None:
    of_bob = make.promise(owner=bob, at=now)
    with pytest.raises(OwesAlready):
        hand_over_promises(promises=[*three, of_bob], to=bob, actor=alice.actor, at=now)
    assert asked(three) == [None, None, None]
    for promise in three[:2]:
        promise.refresh_from_db()
        hand_over_promise(promise=promise, to=bob, actor=alice.actor, at=now)
    keep_promise(promise=Promise.objects.get(pk=three[1].pk), actor=alice.actor, at=now)
    with pytest.raises(PromiseAlreadyOver):
        accept_promises(promises=three[:2], staff=bob, at=now)
    assert not Promise.objects.filter(owner=bob).exclude(pk=of_bob.pk).exists()


@pytest.mark.parametrize(
    ("chosen", "ticks", "error"),
    [(True, 0, "Tick at least one promise."), (False, 2, "Choose to whom."), (True, 1, "")],
)
def test_what_is_missing_is_named_and_the_ticks_stay(
    three: list[Promise], alice: Staff, bob: Staff, chosen: bool, ticks: int, error: str
) -> None:
    page = pass_on(in_english(make.client_of(alice)), bob if chosen else None, *three[:ticks])
    text = page.content.decode()
    assert error in text
    assert text.count(" checked") == (ticks if error else 0)


def test_another_ones_promise_cannot_be_passed_on(alice: Staff, bob: Staff, dana: Staff, now: datetime) -> None:
    promise = make.promise(owner=bob, at=now)
    text = pass_on(in_english(make.client_of(alice)), dana, promise).content.decode()
    assert "What you ticked is not yours to pass on." in text
    assert asked([promise]) == [None]


def test_nothing_left_is_said_with_a_way_back(alice: Staff) -> None:
    text = in_english(make.client_of(alice)).get(URL).content.decode()
    assert "Nothing is left of this shift" in text
    assert 'href="/"' in text
