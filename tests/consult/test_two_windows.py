"""One call in two windows of the browser, or sent twice by one: nothing types over what was typed without a word."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import Staff
from consult.models import Call, CallDraft
from institution.models import ReferenceItem
from tests import make
from tests.accounts.pages import Page, Values, fill, in_english

NEW, KEEP = "/calls/new/", "/calls/draft/"
ELSEWHERE = "Another window has typed more about this call: "
SAVED = "This call was saved already, in other words."


@pytest.fixture(autouse=True)
def clock(now: datetime) -> Any:
    with time_machine.travel(now, tick=False) as clock:
        yield clock


@pytest.fixture
def line(alice: Staff) -> Client:
    return in_english(make.client_of(alice))


def types(browser: Client, clock: Any, page: Values, **words: Any) -> str:
    """What the page says a second later, when it was kept; the words stand in it from now on."""
    clock.shift(timedelta(seconds=1))
    page.update(fill(page, **words))
    return browser.post(KEEP, page).content.decode()


@pytest.fixture
def windows(line: Client, clock: Any) -> tuple[Values, Values]:
    """Two windows with the same call: who rang, about what."""
    topic = ReferenceItem.objects.get(list__code="call_topic", code="directions").pk
    told = {"t0-topic": str(topic), "t0-question": "怎么走", "disposition": "answered"}
    first = Page(line.get(NEW)).values
    types(line, clock, first, number="13800001234", **told)
    second = Page(line.get(f"{NEW}?draft={CallDraft.objects.get().key}")).values
    return first, second


def kept(name: str) -> str:
    values = CallDraft.objects.get().content.get(name) or [""]
    return str(values[0])


def test_who_types_in_one_window_alone_is_told_nothing(
    line: Client, clock: Any, windows: tuple[Values, Values]
) -> None:
    _, second = windows
    for words in ("坐地铁", "坐地铁2号线"):
        assert "Draft kept" in types(line, clock, second, **{"t0-answer": words})
    assert ELSEWHERE not in line.post(NEW, second, follow=True).content.decode()
    assert Call.objects.get().topics.get().answer == "坐地铁2号线"


def test_the_draft_stays_as_the_other_window_typed_it_and_this_one_says_so(
    line: Client, clock: Any, windows: tuple[Values, Values]
) -> None:
    first, second = windows
    types(line, clock, first, residence="杭州余杭")
    said = types(line, clock, second, **{"t0-answer": "坐地铁"})
    assert ELSEWHERE in said
    assert f"?draft={CallDraft.objects.get().key}" in said
    assert "Draft kept" not in said
    assert (kept("residence"), kept("t0-answer")) == ("杭州余杭", "")


@pytest.mark.parametrize("act", ["", "park", "more", "discard"])
def test_nothing_is_done_before_one_knows_what_the_other_window_has_typed(
    line: Client, clock: Any, windows: tuple[Values, Values], act: str
) -> None:
    first, second = windows
    types(line, clock, first, residence="杭州余杭", note="家属陪同")
    clock.shift(timedelta(seconds=1))
    page = Page(line.post(NEW, fill(second, act=act, **{"t0-answer": "坐地铁"})))
    assert any(f"{ELSEWHERE}Lives in · Internal note" in alert for alert in page.alerts)
    assert page.values["t0-answer"] == ["坐地铁"]
    assert (kept("residence"), Call.objects.exists()) == ("杭州余杭", False)


def test_told_so_one_saves_what_stands_here(line: Client, clock: Any, windows: tuple[Values, Values]) -> None:
    first, second = windows
    types(line, clock, first, residence="杭州余杭")
    told = Page(line.post(NEW, fill(second, **{"t0-answer": "坐地铁"})))
    line.post(NEW, told.values)
    call = Call.objects.get()
    assert (call.residence, call.topics.get().answer) == ("", "坐地铁")


def test_what_the_other_window_says_too_is_no_reason_to_ask(
    line: Client, clock: Any, windows: tuple[Values, Values]
) -> None:
    first, second = windows
    types(line, clock, first, residence="杭州余杭")
    assert "Draft kept" in types(line, clock, second, residence="杭州余杭", note="家属陪同")


def test_whoever_types_on_after_the_other_window_saved_hears_it_at_once(
    line: Client, clock: Any, windows: tuple[Values, Values]
) -> None:
    first, second = windows
    line.post(NEW, second)
    said = types(line, clock, first, residence="杭州余杭")
    assert SAVED in said
    assert f"/calls/{Call.objects.get().pk}/" in said


def test_the_same_words_saved_from_both_windows_are_one_call(
    line: Client, clock: Any, windows: tuple[Values, Values]
) -> None:
    answers = [line.post(NEW, window) for window in windows]
    assert {answer["Location"] for answer in answers} == {f"{NEW}?saved={Call.objects.get().pk}"}


@pytest.mark.parametrize("act", ["more", "park"])
def test_what_was_sent_before_a_button_and_comes_in_after_it_changes_nothing(
    line: Client, clock: Any, windows: tuple[Values, Values], act: str
) -> None:
    page = {**windows[0], "t0-question": ["坐地铁怎么走"]}
    line.post(NEW, {**page, "act": act, "sent": "1700000000900"})
    pressed = CallDraft.objects.get()
    said = line.post(KEEP, {**page, "t0-question": ["坐地"], "sent": "1700000000899"}).content.decode()
    assert "Draft kept" in said
    left = CallDraft.objects.get()
    assert (left.content, left.parked_at) == (pressed.content, pressed.parked_at)


def test_what_one_types_after_coming_back_is_kept(line: Client, clock: Any, windows: tuple[Values, Values]) -> None:
    """The clock of another window may be behind; a page read again is another window."""
    line.post(NEW, {**windows[0], "act": "more", "sent": "1700000000900"})
    again = Page(line.get(f"{NEW}?draft={CallDraft.objects.get().key}")).values
    assert "Draft kept" in types(line, clock, again, sent="1600000000000", **{"t1-question": "几点开门"})
    assert kept("t1-question") == "几点开门"
