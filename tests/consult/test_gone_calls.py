"""A call that is no draft any more, for whoever comes back to it or sends it from a second tab: nothing is lost."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from accounts.models import Staff
from consult.models import Call, CallDraft
from consult.services.calls import log_call
from consult.services.drafts import discard_draft, keep_draft
from consult.services.records import CallRecord
from consult.tasks import long_forget_old_drafts
from institution.models import ReferenceItem
from tests import make
from tests.accounts.pages import Page, fill, in_english

NEW = "/calls/new/"
GONE = "This call is not here any more: it was discarded, or nobody came back to it for a week."
OTHERWISE = "This call was saved already, in other words."
SAVED = "This was saved already; here is the result. What you changed after sending it is not in it."


@pytest.fixture(autouse=True)
def _thursday(now: datetime) -> Any:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def line(alice: Staff) -> Client:
    return in_english(make.client_of(alice))


@pytest.fixture
def typed(line: Client) -> Page:
    """A call that is being typed, kept on the way."""
    topic = ReferenceItem.objects.get(list__code="call_topic", code="directions").pk
    told = {"t0-topic": topic, "t0-question": "怎么走", "disposition": "answered"}
    line.post("/calls/draft/", fill(Page(line.get(NEW)).values, number="13800001234", **told))
    return Page(line.get(f"{NEW}?draft={CallDraft.objects.get().key}"))


def ways(key: Any) -> tuple[str, str]:
    """The call's own page and the one that asks whether to discard it."""
    return f"{NEW}?draft={key}", f"/calls/draft/{key}/discard/"


def silent(now: datetime) -> CallRecord:
    return CallRecord(Call.Disposition.SILENT, started_at=now, ended_at=now)


# ── Come back to ─────────────────────────────────────────────────────────────


def asked(browser: Client, key: Any) -> list[Any]:
    """Every way in which a browser may come back, asked one after the other."""
    page, discard = ways(key)
    return [lambda: browser.get(page), lambda: browser.get(discard), lambda: browser.post(discard)]


def test_a_saved_one_leads_to_what_was_saved(line: Client, typed: Page) -> None:
    line.post(NEW, typed.values)
    call = Call.objects.get()
    for ask in asked(line, typed.values["submission"][0]):
        answer = ask()
        assert answer["Location"] == f"{NEW}?saved={call.pk}"
        seen = Page(line.get(answer["Location"]))
        assert SAVED in seen.alerts
        assert f'href="/calls/{call.pk}/"' in seen.text
    assert Call.objects.count() == 1


def test_a_discarded_one_says_so_on_an_empty_page(line: Client, typed: Page) -> None:
    key = typed.values["submission"][0]
    line.post(ways(key)[1])
    line.get(NEW)
    for ask in asked(line, key):
        assert ask()["Location"] == NEW
        seen = Page(line.get(NEW))
        assert GONE in seen.alerts
        assert seen.values["number"] == [""]


def test_a_second_discard_leads_back_to_what_is_being_typed(line: Client, typed: Page) -> None:
    here = f"{NEW}?draft={typed.values['submission'][0]}"
    _page, discard = ways(uuid4())
    assert line.post(discard, {"next": here})["Location"] == here


@pytest.mark.parametrize("is_saved", [False, True])
def test_that_of_a_colleague_is_as_one_that_never_was(line: Client, typed: Page, bob: Staff, is_saved: bool) -> None:
    if is_saved:
        line.post(NEW, typed.values)
    browser = in_english(make.client_of(bob))
    for key in (typed.values["submission"][0], uuid4()):
        for ask in asked(browser, key):
            answer = ask()
            assert (answer.status_code, answer["Location"]) == (302, NEW)
            assert Page(browser.get(NEW)).alerts == [GONE]
    assert CallDraft.objects.exists() is not is_saved


# ── Sent from a second tab ───────────────────────────────────────────────────


def test_other_words_from_a_second_tab_stay_on_the_page_beside_what_was_saved(line: Client, typed: Page) -> None:
    line.post(NEW, typed.values)
    call = Call.objects.get()
    for _times in range(2):  # and they stay as often as they are sent
        answer = line.post(NEW, fill(typed.values, **{"t0-answer": "坐地铁"}))
        seen = Page(answer)
        note = seen.text.partition(OTHERWISE)[2].partition("</div>")[0]
        assert f'href="/calls/{call.pk}/"' in note
        assert seen.values["t0-answer"] == ["坐地铁"]
    assert Call.objects.get().topics.get().answer == ""


def test_the_same_words_sent_twice_lead_on(line: Client, typed: Page) -> None:
    answers = [line.post(NEW, {**typed.values, "csrfmiddlewaretoken": token}) for token in ("a", "b")]
    assert {answer["Location"] for answer in answers} == {f"{NEW}?saved={Call.objects.get().pk}"}
    assert SAVED in Page(line.get(NEW)).alerts


def test_who_sends_the_key_of_a_colleague_is_not_led_to_their_call(line: Client, typed: Page, bob: Staff) -> None:
    line.post(NEW, typed.values)
    answer = make.client_of(bob).post(NEW, fill(typed.values, **{"t0-answer": "坐地铁"}))
    assert f"/calls/{Call.objects.get().pk}/" not in answer.content.decode()


# ── Whose it is ──────────────────────────────────────────────────────────────


def test_nobody_types_over_the_draft_of_a_colleague(alice: Staff, bob: Staff, now: datetime) -> None:
    key = uuid4()
    keep_draft(key=key, content={"number": ["138"]}, staff=alice, at=now)
    assert keep_draft(key=key, content={"number": ["139"]}, staff=bob, at=now) is None
    draft = CallDraft.objects.get()
    assert (draft.staff, draft.content) == (alice, {"number": ["138"]})


def test_nobody_discards_the_draft_of_a_colleague(alice: Staff, bob: Staff, now: datetime) -> None:
    key = uuid4()
    keep_draft(key=key, content={}, staff=alice, at=now)
    discard_draft(key=key, staff=bob)
    assert CallDraft.objects.exists()


def test_nobody_saves_away_the_draft_of_a_colleague(alice: Staff, bob: Staff, now: datetime) -> None:
    key = uuid4()
    keep_draft(key=key, content={"number": ["138"]}, staff=alice, at=now)
    log_call(record=silent(now), staff=bob, at=now, submission=key)
    assert CallDraft.objects.get().staff == alice


def test_kept_once_more_while_it_was_saved_it_is_listed_no_longer_and_forgotten(alice: Staff, now: datetime) -> None:
    """The last keystroke may arrive at the very moment of saving."""
    waits, saved = uuid4(), uuid4()
    keep_draft(key=waits, content={}, staff=alice, at=now)
    log_call(record=silent(now), staff=alice, at=now, submission=saved)
    CallDraft.objects.create(key=saved, staff=alice, opened_at=now, kept_at=now)
    assert [draft.key for draft in CallDraft.objects.open_of(alice)] == [waits]
    long_forget_old_drafts()
    assert CallDraft.objects.get().key == waits


def test_each_sees_their_own_drafts_only(alice: Staff, bob: Staff, now: datetime) -> None:
    keep_draft(key=uuid4(), content={}, staff=alice, at=now)
    assert not CallDraft.objects.open_of(bob).exists()
