"""Calls that wait while another is taken: told apart, discarded after a question, no longer than somebody spoke."""

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from accounts.models import Staff
from consult.models import Call, CallDraft
from consult.services.calls import log_call
from consult.services.drafts import keep_draft, turn_to
from consult.services.records import CallRecord
from institution.models import ReferenceItem
from tests import make
from tests.accounts.pages import Page, fill, in_english

NEW = "/calls/new/"
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def clock(now: datetime) -> Any:
    with time_machine.travel(now, tick=False) as clock:
        yield clock


@pytest.fixture
def line(alice: Staff) -> Client:
    return in_english(make.client_of(alice))


@pytest.fixture
def directions(db: None) -> str:
    return str(ReferenceItem.objects.get(list__code="call_topic", code="directions").pk)


def page_of(browser: Client, address: str = NEW) -> Page:
    return Page(browser.get(address, follow=True))


def of(draft: CallDraft) -> str:
    return f"{NEW}?draft={draft.key}"


def park(browser: Client, **told: Any) -> CallDraft:
    browser.post(NEW, fill(page_of(browser).values, act="park", **told))
    draft = CallDraft.objects.order_by("-pk").first()
    assert draft is not None
    return draft


def entry_of(draft: CallDraft, text: str) -> str:
    """What the list says about the call, and where it leads."""
    found = re.search(rf"<li[^>]*>(?:(?!</li>).)*draft={draft.key}(?:(?!</li>).)*</li>", text, re.DOTALL)
    assert found
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


def since(text: str) -> int:
    """How many seconds the clock of the page shows."""
    shown = re.search(r'data-since="(\d+)" data-now="(\d+)"', text)
    assert shown
    return int(shown[2]) - int(shown[1])


# ── Told apart ───────────────────────────────────────────────────────────────


def test_each_says_who_how_about_what_and_since_when(line: Client, directions: str, clock: Any) -> None:
    named = park(line, number="13800001234", name="张桂兰", channel="wechat", **{"t0-topic": directions})
    clock.shift(5 * MINUTE)
    by_number = park(line, number="13900005678")
    hidden = park(line, is_withheld="on", **{"t0-question": "几点开门"})
    unknown = park(line, **{"t0-question": "几点开门"})
    text = page_of(line).text
    assert (
        entry_of(named, text) == "张桂兰 138****1234 · WeChat · Address and opening hours · began today 10:24 Discard"
    )
    assert entry_of(by_number, text) == "139****5678 Phone · began today 10:29 Discard"
    assert entry_of(hidden, text) == "withheld Phone · began today 10:29 Discard"
    assert entry_of(unknown, text) == "Unknown caller Phone · began today 10:29 Discard"


# ── Discarded ────────────────────────────────────────────────────────────────


def test_one_is_discarded_from_the_list_after_a_question(line: Client) -> None:
    gone, stays = park(line, number="13800001234"), park(line, number="13900005678")
    asked = line.post(NEW, fill(page_of(line).values, drop=gone.key))
    assert asked["Location"] == f"/calls/draft/{gone.key}/discard/?next=%2Fcalls%2Fnew%2F"
    assert "138****1234" in line.get(asked["Location"]).content.decode()
    assert CallDraft.objects.count() == 2
    assert line.post(asked["Location"])["Location"] == NEW
    assert CallDraft.objects.get() == stays
    assert "Discarded" in page_of(line).text


def test_what_was_typed_about_this_call_is_still_there_afterwards(line: Client) -> None:
    gone = park(line, number="13800001234")
    asked = line.post(NEW, fill(page_of(line).values, drop=gone.key, **{"t0-question": "怎么走"}))
    back = line.post(asked["Location"])["Location"]
    assert page_of(line, back).values["t0-question"] == ["怎么走"]


def test_at_the_foot_of_the_page_it_asks_as_well(line: Client) -> None:
    draft = park(line, number="13800001234")
    asked = line.post(NEW, fill(page_of(line, of(draft)).values, act="discard", **{"t0-question": "怎么走"}))
    assert asked["Location"] == f"/calls/draft/{draft.key}/discard/"
    question = line.get(asked["Location"]).content.decode()
    assert "Discard this call?" in question
    assert f'href="{of(draft)}"' in question  # whoever does not want to is back in it
    assert page_of(line, of(draft)).values["t0-question"] == ["怎么走"]
    assert line.post(asked["Location"])["Location"] == NEW
    assert not CallDraft.objects.exists()
    assert "Discarded" in page_of(line).text


def test_where_nothing_was_typed_nobody_is_asked(line: Client) -> None:
    draft = park(line, number="13800001234")
    answer = line.post(NEW, fill(page_of(line, of(draft)).values, act="discard", number=""))
    assert answer["Location"] == NEW
    assert not CallDraft.objects.exists()
    assert "Discarded" in page_of(line).text


# ── How long it took ─────────────────────────────────────────────────────────


def test_the_clock_stands_still_while_it_is_parked(line: Client, directions: str, clock: Any, now: datetime) -> None:
    draft = park(line, number="13800001234", **{"t0-topic": directions})
    CallDraft.objects.update(opened_at=now - 2 * MINUTE)
    for _times in range(2):  # parked and taken up again as often as one likes
        clock.shift(60 * MINUTE)
        page = page_of(line, of(draft))
        talked = since(page.text)
        clock.shift(MINUTE)
        line.post("/calls/draft/", page.values)
        clock.shift(MINUTE)
        line.post(NEW, fill(page.values, act="park"))
    assert talked == 4 * 60
    clock.shift(60 * MINUTE)
    page = page_of(line, of(draft))
    clock.shift(MINUTE)
    line.post(NEW, fill(page.values, disposition="answered"))
    call = Call.objects.get()
    assert (call.started_at, call.ended_at) == (now - 2 * MINUTE, now + 185 * MINUTE)
    assert call.clock == "07:00"


def test_the_same_page_read_again_counts_on(line: Client, clock: Any) -> None:
    """A reload, the other language, once it was taken up again: nobody parked anything."""
    draft = park(line, number="13800001234")
    clock.shift(3 * MINUTE)
    for minutes in range(3):
        assert since(page_of(line, of(draft)).text) == minutes * 60
        clock.shift(MINUTE)


def test_another_call_is_opened_and_from_then_on_it_is_parked(line: Client, directions: str, clock: Any) -> None:
    """Not since the last keystroke: who listens does not type."""
    first = page_of(line)
    line.post("/calls/draft/", fill(first.values, number="13800001234", **{"t0-topic": directions}))
    draft = CallDraft.objects.get()
    clock.shift(8 * MINUTE)
    page_of(line)
    clock.shift(60 * MINUTE)
    page = page_of(line, of(draft))
    assert since(page.text) == 8 * 60
    clock.shift(MINUTE)
    line.post(NEW, fill(page.values, disposition="answered"))
    assert Call.objects.get().clock == "09:00"


def test_one_is_parked_when_another_parked_one_is_taken_up(line: Client, clock: Any) -> None:
    one, other = park(line, number="13800001234"), park(line, number="13900005678")
    page_of(line, of(one))
    clock.shift(2 * MINUTE)
    page_of(line, of(other))
    clock.shift(5 * MINUTE)
    assert since(page_of(line, of(one)).text) == 2 * 60
    assert since(page_of(line, of(other)).text) == 5 * 60


def test_whoever_types_on_in_another_tab_has_taken_it_up(line: Client, clock: Any) -> None:
    page = page_of(line, of(park(line, number="13800001234")))
    page_of(line)
    clock.shift(5 * MINUTE)
    line.post("/calls/draft/", page.values)
    clock.shift(MINUTE)
    assert since(page_of(line, of(CallDraft.objects.get())).text) == 60


def test_saved_as_it_lies_there_it_took_until_it_was_parked(line: Client, directions: str, clock: Any) -> None:
    page = page_of(line, of(park(line, number="13800001234", **{"t0-topic": directions})))
    clock.shift(2 * MINUTE)
    page_of(line)
    clock.shift(5 * MINUTE)
    line.post(NEW, fill(page.values, disposition="answered"))
    assert Call.objects.get().clock == "02:00"


def test_nobody_parks_the_call_of_a_colleague(line: Client, bob: Staff) -> None:
    line.post("/calls/draft/", fill(page_of(line).values, number="13800001234"))
    page_of(make.client_of(bob))
    assert CallDraft.objects.get().parked_at is None


def test_it_is_never_shorter_than_nothing(alice: Staff, now: datetime) -> None:
    record = CallRecord(Call.Disposition.SILENT, started_at=now - MINUTE, ended_at=now, parked_seconds=900)
    assert log_call(record=record, staff=alice, at=now).clock == "00:00"


def test_corrected_it_took_as_long_as_before(line: Client, alice: Staff, now: datetime) -> None:
    record = CallRecord(
        Call.Disposition.SILENT, started_at=now - 9 * MINUTE, ended_at=now, parked_seconds=400, name="李四"
    )
    url = f"/calls/{log_call(record=record, staff=alice, at=now).pk}/correct/"
    line.post(url, fill(page_of(line, url).values, disposition="wrong_number", reason="打错了"))
    assert [call.clock for call in Call.objects.all()] == ["02:20", "02:20"]


# ── In the same moment ───────────────────────────────────────────────────────


def test_one_that_was_parked_meanwhile_lies_aside_from_then(alice: Staff, now: datetime) -> None:
    """It was read before: another window parks it, and then this one opens another call."""
    draft = keep_draft(key=uuid4(), content={"name": ["张桂兰"]}, staff=alice, at=now)
    assert draft is not None
    read_before = [CallDraft.objects.get()]
    turn_to(None, among=[draft], at=now + MINUTE)
    turn_to(None, among=read_before, at=now + 5 * MINUTE)
    assert CallDraft.objects.get().parked_at == now + MINUTE


def test_one_that_was_taken_up_meanwhile_has_waited_once(alice: Staff, now: datetime) -> None:
    draft = keep_draft(key=uuid4(), content={"name": ["张桂兰"]}, staff=alice, at=now, parks=True)
    assert draft is not None
    read_before = CallDraft.objects.get()
    turn_to(draft, among=[draft], at=now + MINUTE)
    turn_to(read_before, among=[read_before], at=now + 5 * MINUTE)
    after = CallDraft.objects.get()
    assert (after.parked_at, after.parked_seconds) == (None, 60)


def test_one_that_was_taken_up_and_parked_again_meanwhile_stays_so(alice: Staff, now: datetime) -> None:
    draft = keep_draft(key=uuid4(), content={"name": ["张桂兰"]}, staff=alice, at=now, parks=True)
    assert draft is not None
    read_before = CallDraft.objects.get()
    turn_to(draft, among=[draft], at=now + MINUTE)
    turn_to(None, among=[CallDraft.objects.get()], at=now + 4 * MINUTE)
    turn_to(read_before, among=[read_before], at=now + 5 * MINUTE)
    after = CallDraft.objects.get()
    assert (after.parked_at, after.parked_seconds) == (now + 4 * MINUTE, 60)
