"""What somebody owes, in due order: who sees which promise where, and what the page offers. Mission B9."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import Staff, Team
from accounts.services.absences import record_absence
from dashboards.reports import workbench
from dashboards.reports.workbench import MINE, TEAM, Work, work_of
from promises.models import Promise
from promises.services.closing import keep_promise, withdraw_promise
from promises.services.handing_over import hand_over_promise
from promises.services.ownership import take_promise
from promises.services.reassigning import reassign_promise
from tests import make
from tests.accounts.pages import in_english

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def _morning(now: datetime) -> Any:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def line(alice: Staff, bob: Staff) -> Team:
    return make.team("热线组", alice, bob)


def owed(owner: Staff | None, now: datetime, due: timedelta, **details: Any) -> Promise:
    return make.promise(owner=owner, at=now - DAY, due_at=now + due, **details)


def groups(work: Work) -> dict[str, list[int]]:
    return {group.code: [row.promise.pk for row in group.rows] for group in work.groups}


def mine(staff: Staff, now: datetime, *, whose: str = MINE) -> dict[str, list[int]]:
    return groups(work_of(staff, whose=whose, kind="", at=now))


def test_late_stands_above_the_line_then_what_comes_in_due_order(alice: Staff, now: datetime) -> None:
    dues = {
        "tomorrow": DAY,
        "hour": 59 * MINUTE,
        "today": 2 * HOUR,
        "late": -HOUR,
        "later": 3 * DAY,
        "very late": -DAY / 2,
    }
    made = {name: owed(alice, now, due).pk for name, due in dues.items()}
    assert mine(alice, now) == {
        "late": [made["very late"], made["late"]],
        "hour": [made["hour"]],
        "today": [made["today"]],
        "later": [made["tomorrow"], made["later"]],
    }


def test_a_minute_after_midnight_is_within_the_hour_and_not_tomorrow(alice: Staff, now: datetime) -> None:
    late_evening = now.replace(hour=23, minute=50)
    soon = owed(alice, late_evening, 11 * MINUTE)
    assert mine(alice, late_evening) == {"hour": [soon.pk]}


def test_only_what_is_open_and_ones_own_is_owed(alice: Staff, bob: Staff, now: datetime) -> None:
    kept, withdrawn = owed(alice, now, HOUR), owed(alice, now, HOUR)
    owed(bob, now, HOUR)
    keep_promise(promise=kept, actor=alice.actor, at=now)
    withdraw_promise(promise=withdrawn, reason="重复", actor=alice.actor, at=now)
    assert mine(alice, now) == {}


def test_who_stands_in_sees_what_the_absent_colleague_owes(alice: Staff, bob: Staff, now: datetime) -> None:
    promise = owed(bob, now, 2 * HOUR)
    record_absence(staff=bob, starts_on=now.date(), ends_on=now.date(), deputy=alice, actor=bob.actor, at=make.THEN)
    (group,) = work_of(alice, whose=MINE, kind="", at=now).groups
    assert [(row.promise, row.is_mine, row.stands_in, row.may_dial) for row in group.rows] == [
        (promise, False, True, True)
    ]
    assert mine(alice, now + DAY) == {}


def test_passed_on_it_stands_with_both_until_it_is_accepted(alice: Staff, bob: Staff, now: datetime) -> None:
    promise = owed(alice, now, 2 * HOUR)
    hand_over_promise(promise=promise, to=bob, actor=alice.actor, at=now)
    assert mine(alice, now) == mine(bob, now) == {"today": [promise.pk]}
    asked = [
        row.asks_me
        for staff in (alice, bob)
        for group in work_of(staff, whose=MINE, kind="", at=now).groups
        for row in group.rows
    ]
    assert asked == [False, True]


def test_a_person_concerned_never_sees_it(line: Team, alice: Staff, bob: Staff, now: datetime) -> None:
    owed(None, now, HOUR, team=line, excluded=[alice])
    assert mine(alice, now, whose=TEAM) == {}
    assert list(mine(bob, now, whose=TEAM)) == ["unowned"]


def test_for_the_team_what_nobody_owns_comes_first(
    line: Team, alice: Staff, bob: Staff, charlie: Staff, now: datetime
) -> None:
    late, of_bob = owed(alice, now, -HOUR), owed(bob, now, 2 * HOUR)
    unowned = owed(None, now, DAY, team=line)
    owed(charlie, now, -HOUR)
    assert mine(alice, now, whose=TEAM) == {"unowned": [unowned.pk], "late": [late.pk], "today": [of_bob.pk]}


def test_a_kind_narrows_the_rows_and_every_kind_keeps_its_count(alice: Staff, now: datetime) -> None:
    owed(alice, now, HOUR * 2)
    sent = owed(alice, now, HOUR * 2, kind="send_information")
    work = work_of(alice, whose=MINE, kind="send_information", at=now)
    assert groups(work) == {"today": [sent.pk]}
    assert (work.total, work.kinds["ring_back"], work.kinds["send_information"], work.kinds["look_into"]) == (
        2,
        1,
        1,
        0,
    )


def test_of_more_rows_than_fit_the_rest_is_counted(
    alice: Staff, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbench, "MOST_ROWS", 2)
    patient = make.patient()
    for hours in (2, 3, 4):
        owed(alice, now, hours * HOUR, target=patient)
    work = work_of(alice, whose=MINE, kind="", at=now)
    assert [(group.count, len(group.rows)) for group in work.groups] == [(3, 2)]
    assert work.hidden == 1


# ── The page ─────────────────────────────────────────────────────────────────


def part(browser: Client, url: str, target: str = "work") -> str:
    return browser.get(url, headers={"HX-Request": "true", "HX-Target": target}).content.decode()


def test_a_row_offers_its_acts_as_links_that_come_back_here(alice: Staff, now: datetime) -> None:
    promise = owed(alice, now, -24 * MINUTE, target=make.patient("张桂兰", "13800001234"), note="眼药水能否停用")
    text = make.tight(in_english(make.client_of(alice)).get("/").content.decode())
    assert all(words in text for words in ("24 min late", "张桂兰", "眼药水能否停用", "138****1234", ">Me<"))
    assert "13800001234" not in text
    for act in ("dial", "keep", "hand-over", "postpone", "attempts/new"):
        assert f'href="/promises/{promise.pk}/{act}/?next=/"' in text
    assert text.index("24 min late") < text.index("Now 10:24")


def test_what_one_passed_on_is_not_offered_to_be_rung(alice: Staff, bob: Staff, now: datetime) -> None:
    promise = owed(alice, now, HOUR, target=make.patient("张桂兰", "13800001234"))
    alices, bobs, dial = make.client_of(alice), make.client_of(bob), f'href="/promises/{promise.pk}/dial/'
    assert dial in alices.get("/").content.decode()
    hand_over_promise(promise=promise, to=bob, actor=alice.actor, at=now)
    for browser in (alices, bobs):
        assert dial not in browser.get("/").content.decode()
        assert dial not in browser.get(f"/promises/{promise.pk}/").content.decode()
    bobs.post(f"/promises/{promise.pk}/accept/")
    assert dial in bobs.get("/").content.decode()
    assert dial in bobs.get(f"/promises/{promise.pk}/").content.decode()


def test_after_no_answer_note_and_row_say_when_the_next_try_is(alice: Staff, now: datetime) -> None:
    promise = owed(alice, now, HOUR, target=make.patient("张桂兰", "13800001234"))
    browser, url = in_english(make.client_of(alice)), f"/promises/{promise.pk}/attempts/new/"

    def log(outcome: str, **more: str) -> str:
        promise.refresh_from_db()
        sent = {"outcome": outcome, "channel": "phone", "revision": str(promise.revision), "next": "/", **more}
        return make.tight(browser.post(url, sent, follow=True).content.decode())

    said = log("no_answer")
    assert "Logged. Next try: today 14:30" in said
    assert "tried once, next try today 14:30" in said
    said = log("call_later", due="own", due_at="2026-03-13T09:00")
    assert "Logged. Next try: tomorrow 09:00" in said
    assert "tried 2 times, next try tomorrow 09:00" in said
    assert "Logged. There is no further try: the promise is closed." in log("refused")


def test_the_page_renews_its_list_by_itself_and_after_an_act(alice: Staff) -> None:
    text = make.tight(make.client_of(alice).get("/?whose=team&kind=nonsense").content.decode())
    assert 'hx-get="/workbench/?whose=team" hx-trigger="promise-changed from:body"' in text
    assert 'hx-get="/workbench/?whose=team&amp;poll=1" hx-trigger="every 20s"' in text


def test_what_was_done_is_said_in_the_part_after_the_act_and_not_in_a_poll(alice: Staff, now: datetime) -> None:
    promise = owed(alice, now, HOUR)
    browser = in_english(make.client_of(alice))
    done = browser.post(f"/promises/{promise.pk}/keep/", {"note": ""}, headers={"HX-Request": "true"})
    assert (done.status_code, done["HX-Trigger"]) == (204, "promise-changed")
    assert "c-toast" not in part(browser, "/workbench/?poll=1")
    renewed = part(browser, "/workbench/")
    assert "<html" not in renewed
    assert 'data-renews=""' in renewed
    assert "<span>Promise kept</span>" in renewed
    assert "c-toast" not in part(browser, "/workbench/")


def test_who_was_too_late_to_take_it_reads_who_has_it(line: Team, alice: Staff, bob: Staff, now: datetime) -> None:
    promise = owed(None, now, HOUR, team=line)
    first, second = make.client_of(alice), in_english(make.client_of(bob))
    for browser in (first, second):
        assert browser.post(f"/promises/{promise.pk}/take/", headers={"HX-Request": "true"}).status_code == 204
    assert "Alice has taken this already." in part(second, "/workbench/")


def test_the_rail_counts_what_is_late_of_ones_own(alice: Staff, bob: Staff, now: datetime) -> None:
    browser = in_english(make.client_of(alice))
    assert 'id="count-workbench" hx-swap-oob="true"></span>' in browser.get("/counts/").content.decode()
    for owner in (alice, alice, bob):
        owed(owner, now, -HOUR)
    assert 'id="count-workbench" hx-swap-oob="true">2 late</span>' in browser.get("/counts/").content.decode()


def test_a_team_that_does_not_exist_is_explained(alice: Staff) -> None:
    assert "You are on no team" in in_english(make.client_of(alice)).get("/?whose=team").content.decode()


def test_what_nobody_has_taken_says_so_and_keeps_its_own_time_out_of_the_red(
    line: Team, alice: Staff, now: datetime
) -> None:
    """Late for lack of an owner; late by its time; not late yet."""
    untaken = make.promise(team=line, at=now - 45 * MINUTE, due_at=now + 3 * HOUR)
    overdue = make.promise(team=line, at=now - 45 * MINUTE, due_at=now - 5 * MINUTE)
    fresh = make.promise(team=line, at=now - 5 * MINUTE, due_at=now + 3 * HOUR)
    browser = in_english(make.client_of(alice))
    html = make.tight(browser.get("/?whose=team").content.decode())

    def due_of(promise: Promise) -> str:
        return html.partition(f'<li id="row-{promise.pk}"')[2].partition("</span>")[0].rpartition('"c-due')[2]

    assert due_of(untaken) == '" title="today 13:24"><b>in 3 hours</b><small class="attn">unowned 45 min</small>'
    assert due_of(overdue) == ' late"><b>5 min late</b><small>today 10:19</small>'
    assert due_of(fresh) == '"><b>in 3 hours</b><small>today 13:24</small>'
    printed = make.tight(browser.get("/promises/print/").content.decode())
    assert "today 13:24 · unowned 45 min" in printed
    assert "today 10:19 · 5 min late" in printed


def test_taken_the_clock_of_the_unowned_stops_and_begins_anew_when_given_back(
    line: Team, alice: Staff, dana: Staff, now: datetime
) -> None:
    promise = make.promise(team=line, at=now, due_at=now + 5 * HOUR)
    seen = [(promise.unowned_since, promise.late_at)]
    take_promise(promise=promise, staff=alice, at=now + MINUTE)
    seen.append((promise.unowned_since, promise.late_at))
    reassign_promise(promise=promise, owner=None, team=line, actor=dana.actor, at=now + HOUR)
    seen.append((promise.unowned_since, promise.late_at))
    half = 30 * MINUTE
    assert seen == [(now, now + half), (None, now + 5 * HOUR), (now + HOUR, now + HOUR + half)]
