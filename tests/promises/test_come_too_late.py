"""Whoever sends a form about a promise too late reads who did what, and keeps the words. Mission B4, B9."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import Actor, Staff
from accounts.services.absences import record_absence
from promises.models import Promise, PromiseEvent
from promises.services import closing, handing_over, promises, reassigning
from promises.services.escalation import escalate_late
from tests import make
from tests.accounts.pages import Page, fill, in_english

IN_A_ROW = {"HX-Request": "true"}
TYPED: dict[str, dict[str, str]] = {
    "postpone": {"due": "tomorrow", "reason": "等检查结果"},
    "hand-over": {"reason": "等检查结果"},
    "keep": {"note": "等检查结果"},
    "withdraw": {"reason": "等检查结果"},
    "attempts/new": {"outcome": "no_answer", "channel": "phone", "note": "等检查结果"},
}


@pytest.fixture(autouse=True)
def _still(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def window(alice: Staff) -> Client:
    return in_english(make.client_of(alice))


@pytest.fixture
def promise(alice: Staff, now: datetime) -> Promise:
    return make.promise(owner=alice, at=now - timedelta(minutes=5), due_at=now + timedelta(hours=2))


@pytest.fixture
def doctor(alice: Staff) -> Staff:
    """Whose promises Alice may not act on."""
    return make.staff("hugo", "doctor", department=alice.department, extension="8102")


def opened(browser: Client, promise: Promise, act: str) -> tuple[str, dict[str, Any]]:
    """The address, and what is sent once its fields are filled in."""
    url = f"/promises/{promise.pk}/{act}/"
    return url, fill(Page(browser.get(url)).values, **TYPED[act])


def given_to(staff: Staff, promise: Promise, by: Staff, now: datetime) -> None:
    """As somebody else has read it: what the test holds stays as it was."""
    row = Promise.objects.get(pk=promise.pk)
    reassigning.reassign_promise(promise=row, owner=staff, team=None, actor=by.actor, at=now)


def html_of(answer: Any) -> str:
    return str(answer.content.decode())


def steps() -> list[str]:
    return list(PromiseEvent.objects.exclude(verb="made").order_by("pk").values_list("verb", flat=True))


# ── Changed, and still one's own to act on ───────────────────────────────────


@pytest.mark.parametrize("act", ["postpone", "hand-over", "withdraw", "attempts/new"])
@pytest.mark.parametrize("headers", [{}, IN_A_ROW], ids=["page", "row"])
def test_a_stale_form_says_who_did_what_and_the_second_press_counts(
    window: Client,
    promise: Promise,
    alice: Staff,
    bob: Staff,
    dana: Staff,
    now: datetime,
    act: str,
    headers: dict[str, str],
) -> None:
    carol = make.staff("carol", "consultant", department=alice.department)
    make.team("热线组", alice, bob)
    url, typed = opened(window, promise, act)
    if act == "hand-over":
        typed["to"] = [str(carol.pk)]
    given_to(bob, promise, dana, now)
    page = Page(window.post(url, typed, headers=headers))
    assert "Dana, today 10:24: Reassigned to Bob" in page.alerts[-1]
    assert f'href="/promises/{promise.pk}/"' in page.text
    assert "等检查结果" in page.text
    done = window.post(url, page.values, headers=headers)
    assert done.status_code == (204 if headers else 302)
    assert len(steps()) == 2


def test_in_chinese_it_says_so_too(promise: Promise, alice: Staff, bob: Staff, dana: Staff, now: datetime) -> None:
    make.team("热线组", alice, bob)
    window = make.client_of(alice)
    url, typed = opened(window, promise, "postpone")
    given_to(bob, promise, dana, now)
    assert "Dana 今天 10:24：已改派给Bob" in html_of(window.post(url, typed))


def test_each_step_since_the_form_was_opened_is_told(
    window: Client, promise: Promise, alice: Staff, bob: Staff, dana: Staff, now: datetime
) -> None:
    make.team("热线组", alice, bob)
    url, typed = opened(window, promise, "attempts/new")
    given_to(bob, promise, dana, now)
    due = now + timedelta(days=1)
    row = Promise.objects.get(pk=promise.pk)
    promises.postpone_promise(promise=row, due_at=due, reason="x", actor=bob.actor, at=now)
    told = Page(window.post(url, typed)).alerts[-1]
    assert "Dana, today 10:24: Reassigned to Bob, then Bob, today 10:24: Postponed · by tomorrow 10:24" in told


def test_of_many_steps_the_last_three_are_told(window: Client, promise: Promise, bob: Staff, now: datetime) -> None:
    url, typed = opened(window, promise, "postpone")
    row = Promise.objects.get(pk=promise.pk)
    for days in range(1, 5):
        due = now + timedelta(days=days)
        promises.postpone_promise(promise=row, due_at=due, reason="x", actor=bob.actor, at=now)
    told = Page(window.post(url, typed)).alerts[-1]
    assert told.count("Bob, today 10:24: Postponed") == 3
    assert "tomorrow" not in told


def test_that_it_was_late_is_no_step_of_anybody(
    window: Client, promise: Promise, alice: Staff, bob: Staff, dana: Staff, system: Actor, now: datetime
) -> None:
    make.team("热线组", alice, bob)
    make.head(alice.department, dana)
    url, typed = opened(window, promise, "attempts/new")
    given_to(bob, promise, dana, now)
    escalate_late(actor=system, at=now + timedelta(hours=3))
    assert steps()[-1] == "escalated"
    told = Page(window.post(url, typed)).alerts[-1]
    assert "opened it. Dana, today 10:24: Reassigned to Bob. If" in told


# ── Out of one's hands, and still to be read ─────────────────────────────────


@pytest.mark.parametrize("act", TYPED)
@pytest.mark.parametrize("headers", [{}, IN_A_ROW], ids=["page", "row"])
def test_what_was_typed_is_there_when_the_promise_has_gone(
    window: Client,
    promise: Promise,
    alice: Staff,
    doctor: Staff,
    now: datetime,
    act: str,
    headers: dict[str, str],
) -> None:
    handing_over.hand_over_promise(promise=promise, to=doctor, actor=alice.actor, at=now)
    url, typed = opened(window, promise, act)
    handing_over.accept_promise(promise=promise, staff=doctor, at=now)
    answer = window.post(url, typed, headers=headers)
    assert answer.status_code == 409
    page = Page(answer)
    assert page.alerts[-1] == "Hugo, today 10:24: Accepted · no longer yours"
    assert "等检查结果" in page.text
    assert "data-kept-hold" in page.text
    assert f'href="/promises/{promise.pk}/"' in page.text
    assert ("<html" in page.text, f'id="act-{promise.pk}"' in page.text) == (not headers, True)
    assert steps() == ["handed_over", "accepted"]


@pytest.mark.parametrize("act", TYPED)
def test_to_ask_for_the_form_then_is_refused_with_what_became_of_it(
    window: Client, promise: Promise, doctor: Staff, dana: Staff, now: datetime, act: str
) -> None:
    given_to(doctor, promise, dana, now)
    url = f"/promises/{promise.pk}/{act}/"
    answer = window.get(url)
    assert answer.status_code == 403
    assert Page(answer).alerts[-1] == "Dana, today 10:24: Reassigned to Hugo · no longer yours"
    in_row = window.get(url, headers=IN_A_ROW)
    assert (in_row.status_code, in_row["HX-Trigger"]) == (204, "promise-changed")


def test_settled_by_whom_it_went_to_keeps_the_words_too(
    window: Client, promise: Promise, doctor: Staff, dana: Staff, now: datetime
) -> None:
    url, typed = opened(window, promise, "keep")
    given_to(doctor, promise, dana, now)
    closing.keep_promise(promise=Promise.objects.get(pk=promise.pk), actor=doctor.actor, at=now)
    answer = window.post(url, typed)
    assert answer.status_code == 409
    assert "Hugo, today 10:24: Kept" in html_of(answer)
    assert "等检查结果" in html_of(answer)


@pytest.mark.parametrize("act", ["take", "accept", "decline"])
def test_a_button_pressed_too_late_says_so_where_one_was(
    window: Client, promise: Promise, doctor: Staff, dana: Staff, now: datetime, act: str
) -> None:
    given_to(doctor, promise, dana, now)
    answer = window.post(f"/promises/{promise.pk}/{act}/", {"next": "/promises/"}, follow=True)
    assert "Dana, today 10:24: Reassigned to Hugo · no longer yours" in Page(answer).alerts
    assert answer.redirect_chain == [("/promises/", 302)]


def test_the_number_of_what_has_gone_leads_to_its_page(
    window: Client, promise: Promise, doctor: Staff, dana: Staff, now: datetime
) -> None:
    given_to(doctor, promise, dana, now)
    answer = window.get(f"/promises/{promise.pk}/dial/", follow=True)
    assert answer.redirect_chain == [(f"/promises/{promise.pk}/", 302)]
    assert "Dana, today 10:24: Reassigned to Hugo · no longer yours" in Page(answer).alerts


def test_what_was_never_ones_own_is_not_said_to_be_so_no_longer(
    window: Client, alice: Staff, doctor: Staff, now: datetime
) -> None:
    promise = make.promise(owner=doctor, actor=alice.actor, at=now)
    answer = window.get(f"/promises/{promise.pk}/keep/")
    assert answer.status_code == 403
    assert Page(answer).alerts[-1] == "Hugo sees to it; you may read it."


@pytest.mark.parametrize(("act", "step"), [("keep", "kept"), ("postpone", "postponed")])
def test_in_the_hands_of_whoever_stands_in_too(
    promise: Promise, alice: Staff, doctor: Staff, now: datetime, act: str, step: str
) -> None:
    today = now.date()
    record_absence(staff=alice, starts_on=today, ends_on=today, deputy=doctor, actor=alice.actor, at=now)
    browser = in_english(make.client_of(doctor))
    url, typed = opened(browser, promise, act)
    assert browser.post(url, typed)["Location"] == f"/promises/{promise.pk}/"
    assert steps() == [step]


# ── The page of what one only reads ──────────────────────────────────────────


def test_the_page_says_who_sees_to_it_and_how_to_reach_them(
    window: Client, promise: Promise, alice: Staff, doctor: Staff, dana: Staff, now: datetime
) -> None:
    url = f"/promises/{promise.pk}/"
    assert "you may read it" not in html_of(window.get(url))
    given_to(doctor, promise, dana, now)
    html = html_of(window.get(url))
    assert "Hugo sees to it, extension 8102; you may read it." in html
    assert promise.patient is not None
    assert f'class="btn" href="/patients/{promise.patient.pk}/"' in html
    assert "由Hugo办理，分机 8102；您可查看。" in html_of(make.client_of(alice).get(url))


def test_of_what_is_settled_nobody_sees_to_any_more(
    window: Client, promise: Promise, doctor: Staff, dana: Staff, now: datetime
) -> None:
    given_to(doctor, promise, dana, now)
    closing.keep_promise(promise=Promise.objects.get(pk=promise.pk), actor=doctor.actor, at=now)
    assert "you may read it" not in html_of(window.get(f"/promises/{promise.pk}/"))


def test_each_key_of_the_workbench_stands_at_its_button_on_the_page(window: Client, promise: Promise) -> None:
    html = html_of(window.get(f"/promises/{promise.pk}/"))
    assert [key for key in "lpdf" if f'data-key="{key}"' in html] == ["l", "p", "d", "f"]
