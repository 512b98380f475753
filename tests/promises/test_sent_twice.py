"""What is sent twice answers as the first time; what was settled meanwhile leads to who settled it. Mission B9."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import Staff
from followups.models import Attempt
from messaging.models import Message
from promises.models import Promise, PromiseEvent
from promises.services.closing import keep_promise
from promises.services.handing_over import hand_over_promise
from promises.services.reassigning import reassign_promise
from tests import make
from tests.accounts.pages import Page, fill, in_english


@pytest.fixture(autouse=True)
def _still(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def window(alice: Staff) -> Client:
    return in_english(make.client_of(alice))


@pytest.fixture
def promise(alice: Staff, now: datetime) -> Promise:
    return make.promise(owner=alice, at=now)


def said(browser: Client) -> str:
    return " ".join(Page(browser.get("/promises/")).alerts)


def steps() -> list[str]:
    return list(PromiseEvent.objects.exclude(verb="made").values_list("verb", flat=True))


def twice(browser: Client, url: str, **typed: Any) -> list[tuple[int, str]]:
    form = fill(Page(browser.get(url)).values, **typed)
    answers = [browser.post(url, form) for _ in range(2)]
    return [(answer.status_code, answer.headers.get("Location", "")) for answer in answers]


@pytest.mark.parametrize(
    ("act", "typed", "steps_then"),
    [
        ("postpone", {"due": "tomorrow", "reason": "等检查结果"}, ["postponed"]),
        ("keep", {"note": "说清了"}, ["kept"]),
        ("withdraw", {"reason": "不需要了"}, ["withdrawn"]),
        ("attempts/new", {"outcome": "no_answer", "channel": "phone"}, ["tried"]),
        ("attempts/new", {"outcome": "reached", "channel": "phone"}, ["kept"]),
    ],
)
def test_an_act_sent_twice_is_done_once_and_answers_as_the_first_time(
    window: Client, promise: Promise, act: str, typed: dict[str, str], steps_then: list[str]
) -> None:
    page = f"/promises/{promise.pk}/"
    assert twice(window, f"{page}{act}/", **typed, next="/promises/") == [(302, "/promises/")] * 2
    assert steps() == steps_then
    assert "This was saved already" in said(window)
    assert Attempt.objects.count() == ("outcome" in typed)


def test_passed_on_twice_asks_once(window: Client, promise: Promise, bob: Staff) -> None:
    page = f"/promises/{promise.pk}/"
    assert twice(window, f"{page}hand-over/", to=bob.pk) == [(302, page)] * 2
    assert steps() == ["handed_over"]


@pytest.mark.parametrize("act", ["take", "accept", "decline"])
def test_a_button_pressed_twice_answers_as_the_first_time(
    window: Client, alice: Staff, bob: Staff, now: datetime, act: str
) -> None:
    """Whoever has taken it themselves does not hear that somebody else was quicker."""
    asks = {"team": make.team("热线组", alice, bob)} if act == "take" else {"owner": bob}
    promise = make.promise(at=now, **asks)
    if act != "take":
        hand_over_promise(promise=promise, to=alice, actor=bob.actor, at=now)
    url = f"/promises/{promise.pk}/"
    pressed = [window.post(f"{url}{act}/", {"next": "/promises/"}) for _ in range(2)]
    assert [answer["Location"] for answer in pressed] == ["/promises/"] * 2
    assert not any(word in said(window) for word in ("Somebody else", "no longer"))
    done = {"take": "taken", "accept": "accepted", "decline": "declined"}[act]
    assert steps().count(done) == 1


def test_asked_twice_with_other_words_the_colleague_is_told_them(
    promise: Promise, alice: Staff, bob: Staff, now: datetime
) -> None:
    for words in ("早退", "早退", "她要的是发票"):
        hand_over_promise(promise=promise, to=bob, reason=words, actor=alice.actor, at=now)
    assert steps() == ["handed_over"] * 2


def test_asked_by_two_with_the_same_words_both_have_asked(
    promise: Promise, alice: Staff, bob: Staff, dana: Staff, now: datetime
) -> None:
    for staff in (alice, dana):
        hand_over_promise(promise=promise, to=bob, reason="早退", actor=staff.actor, at=now)
    assert steps() == ["handed_over"] * 2


def test_given_back_to_a_team_twice_is_theirs_once(window: Client, promise: Promise, bob: Staff) -> None:
    others = make.team("别的组", bob)
    answers = twice(
        window, f"/promises/{promise.pk}/hand-over/", team=others.pk, reason="不归我们管", next="/promises/"
    )
    assert answers == [(302, "/promises/")] * 2
    assert steps() == ["handed_over"]


def test_in_a_row_the_second_sending_renews_the_list_as_the_first(window: Client, promise: Promise) -> None:
    url = f"/promises/{promise.pk}/keep/"
    form = Page(window.get(url)).values
    answers = [window.post(url, form, headers={"HX-Request": "true"}) for _ in range(2)]
    assert [(answer.status_code, answer["HX-Trigger"]) for answer in answers] == [(204, "promise-changed")] * 2


def test_the_same_words_in_another_form_are_another_act(window: Client, promise: Promise) -> None:
    typed = {"outcome": "no_answer", "channel": "phone"}
    url = f"/promises/{promise.pk}/attempts/new/"
    for _ in range(2):
        window.post(url, fill(Page(window.get(url)).values, **typed))
    assert steps() == ["tried", "tried"]


def test_on_the_page_that_one_went_back_to_other_words_are_another_act(window: Client, promise: Promise) -> None:
    """They are not taken for the first ones: one learns what has happened since, and the next sending holds."""
    url = f"/promises/{promise.pk}/postpone/"
    form = fill(Page(window.get(url)).values, due="tomorrow", reason="等检查结果")
    window.post(url, form)
    again = Page(window.post(url, fill(form, reason="家属要求")))
    assert any("changed since you opened it" in alert for alert in again.alerts)
    assert again.values["reason"] == ["家属要求"]
    window.post(url, again.values)
    assert steps() == ["postponed", "postponed"]
    assert PromiseEvent.objects.filter(reason="家属要求").exists()


def test_shared_out_twice_moves_once(alice: Staff, bob: Staff, dana: Staff, now: datetime) -> None:
    carol = make.staff("carol", "consultant", department=alice.department)
    rows = [make.promise(owner=alice, at=now) for _ in range(2)]
    leader, url = in_english(make.client_of(dana)), "/promises/spread/"
    ticked = {"promise": [row.pk for row in rows]}
    form = fill(Page(leader.get(url, ticked)).values, **ticked, among=[bob.pk, carol.pk])
    answers = [leader.post(url, form)["Location"] for _ in range(4)]
    assert answers == ["/promises/"] * 4
    assert steps() == ["reassigned"] * 2


def test_reassigned_twice_to_the_same_tells_once(alice: Staff, bob: Staff, dana: Staff, now: datetime) -> None:
    rows = [make.promise(owner=alice, at=now) for _ in range(2)]
    leader = in_english(make.client_of(dana))
    sent = {"promise": [row.pk for row in rows], "owner": bob.pk, "is_chosen": "True"}
    answers = [leader.post("/promises/reassign/", sent, follow=True).content.decode() for _ in range(2)]
    assert ["2 promises reassigned" in answer for answer in answers] == [True, True]
    assert steps() == ["reassigned"] * 2
    assert Message.objects.filter(kind="promises.reassigned", staff=bob).count() == 2


def test_reassigned_out_of_ones_hands_and_sent_again_answers_as_the_first_time(
    alice: Staff, charlie: Staff, dana: Staff, now: datetime
) -> None:
    rows = [make.promise(owner=alice, at=now) for _ in range(2)]
    leader = in_english(make.client_of(dana))
    submission = re.findall(r'name="submission" value="([^"]+)"', leader.get("/promises/").content.decode())
    sent = {"promise": [row.pk for row in rows], "owner": charlie.pk, "submission": submission}
    answers = [leader.post("/promises/reassign/", sent, follow=True) for _ in range(2)]
    assert [answer.redirect_chain for answer in answers] == [[("/promises/", 302)]] * 2
    assert [alert.partition(";")[0] for alert in Page(answers[1]).alerts] == ["This was saved already"]
    assert steps() == ["reassigned"] * 2


def test_the_form_of_what_one_has_given_away_says_so(alice: Staff, charlie: Staff, dana: Staff, now: datetime) -> None:
    rows = [make.promise(owner=alice, at=now) for _ in range(2)]
    leader = in_english(make.client_of(dana))
    ticked = {"promise": [row.pk for row in rows]}
    leader.post("/promises/reassign/", {**ticked, "owner": charlie.pk}, follow=True)
    for url in ("/promises/reassign/", "/promises/spread/"):
        alerts = Page(leader.get(url, ticked, follow=True)).alerts
        assert alerts == ["You reassigned these today 10:24. Nothing more was changed."]
    other = make.promise(owner=charlie, at=now)
    answer = leader.get("/promises/reassign/", {"promise": [*ticked["promise"], other.pk]}, follow=True)
    assert "3 of these promises are not open any more" in Page(answer).alerts[0]


def test_a_browser_that_goes_back_ticks_nothing_by_itself(alice: Staff, dana: Staff, now: datetime) -> None:
    """It would tick the first rows again, and by then others stand there."""
    make.promise(owner=alice, at=now)
    html = make.client_of(dana).get("/promises/").content.decode()
    assert re.search(r'<form [^>]*action="/promises/reassign/" autocomplete="off"', html)


def test_other_ticks_on_the_page_that_one_goes_back_to_are_another_act(
    alice: Staff, bob: Staff, dana: Staff, now: datetime
) -> None:
    rows = [make.promise(owner=alice, at=now) for _ in range(2)]
    leader = in_english(make.client_of(dana))
    submission = re.findall(r'name="submission" value="([^"]+)"', leader.get("/promises/").content.decode())
    for row in rows:
        leader.post("/promises/reassign/", {"promise": row.pk, "owner": bob.pk, "submission": submission})
    assert set(Promise.objects.owned_by(bob)) == set(rows)


def test_reassigned_to_whoever_owes_it_takes_back_the_question(
    promise: Promise, alice: Staff, bob: Staff, dana: Staff, now: datetime
) -> None:
    hand_over_promise(promise=promise, to=bob, actor=alice.actor, at=now)
    reassign_promise(promise=promise, owner=alice, team=None, actor=dana.actor, at=now)
    assert (promise.owner, promise.pending_owner) == (alice, None)
    line = make.team("热线组", alice, bob)
    reassign_promise(promise=promise, owner=None, team=line, actor=dana.actor, at=now)
    assert (promise.owner, promise.team) == (None, line)
    number = len(steps())
    reassign_promise(promise=promise, owner=None, team=line, actor=dana.actor, at=now)
    assert len(steps()) == number
    reassign_promise(promise=promise, owner=None, team=make.team("别的组", bob), actor=dana.actor, at=now)
    assert len(steps()) == number + 1


# ── Settled meanwhile ────────────────────────────────────────────────────────

WAYS = [
    "/calls/new/?promise={}",
    *(f"/promises/{{}}/{act}/" for act in ("dial", "keep", "withdraw", "postpone", "hand-over", "attempts/new")),
]


@pytest.mark.parametrize("way", WAYS)
def test_what_a_colleague_has_settled_leads_to_its_page_which_says_who(
    window: Client, promise: Promise, bob: Staff, now: datetime, way: str
) -> None:
    keep_promise(promise=promise, actor=bob.actor, at=now)
    answer = window.get(way.format(promise.pk))
    assert (answer.status_code, answer.headers.get("Location")) == (302, f"/promises/{promise.pk}/")
    html = window.get(answer["Location"]).content.decode()
    assert "This promise was settled already. Kept · Bob" in html


@pytest.mark.parametrize("way", WAYS)
def test_whoever_may_not_read_it_is_told_nothing(
    promise: Promise, bob: Staff, charlie: Staff, now: datetime, way: str
) -> None:
    keep_promise(promise=promise, actor=bob.actor, at=now)
    assert make.client_of(charlie).get(way.format(promise.pk)).status_code == 404


def test_in_a_row_what_was_settled_renews_the_list(window: Client, promise: Promise, bob: Staff, now: datetime) -> None:
    keep_promise(promise=promise, actor=bob.actor, at=now)
    for act in ("keep", "dial", "attempts/new"):
        answer = window.get(f"/promises/{promise.pk}/{act}/", headers={"HX-Request": "true"})
        assert (answer.status_code, answer["HX-Trigger"]) == (204, "promise-changed")
