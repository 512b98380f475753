"""What the person has written about since is not settled by a call that knew nothing of it. Missions B4, J1."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from accounts.models import Staff
from consult.models import Call
from consult.services.corrections import correct_call
from consult.services.records import CallRecord, TopicRecord
from institution.models import ReferenceItem
from messaging.models import ContactLog, InboundText
from patients.models import Patient
from promises.models import Promise
from promises.services.rows import keep_up_with_rows
from tests import make
from tests.accounts.pages import Page, fill, in_english
from tests.messaging.test_take_reply import WORDS, answers

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
pytestmark = pytest.mark.django_db
OPENINGS = {"ring back": "/calls/new/?promise={0.pk}", "settled besides": "/calls/new/?patient={0.patient_id}"}


@pytest.fixture
def patient(db: None) -> Patient:
    return make.patient("张桂兰", "13800001234")


@pytest.fixture
def promise(patient: Patient, alice: Staff, now: datetime) -> Promise:
    return writes(WORDS, now - HOUR)


def writes(words: str, at: datetime) -> Promise:
    answers(words, at, key=words)
    keep_up_with_rows(actor=make.by(), at=at)
    return Promise.objects.get()


def is_open(promise: Promise) -> tuple[bool, int]:
    """Whether it is owed still; and how many texts nobody has answered, once what is over was looked at."""
    keep_up_with_rows(actor=make.by(), at=promise.made_at + 9 * HOUR)
    promise.refresh_from_db()
    return promise.is_open, InboundText.objects.open().count()


def save(alice: Staff, values: Any, now: datetime, **typed: str) -> str:
    """The page after it."""
    topic = ReferenceItem.objects.get(list__code="call_topic", code="fee")
    sent = fill(values, disposition="answered", take=None, **{"t0-topic": str(topic.pk)}, **typed)
    with time_machine.travel(now, tick=False):
        return in_english(make.client_of(alice)).post("/calls/new/", sent, follow=True).content.decode()


def opened(alice: Staff, url: str, now: datetime) -> Any:
    with time_machine.travel(now, tick=False):
        return Page(in_english(make.client_of(alice)).get(url)).values


@pytest.mark.parametrize("opening", OPENINGS.values(), ids=OPENINGS)
def test_a_text_that_came_while_the_form_was_open_keeps_it_open(
    promise: Promise, alice: Staff, now: datetime, opening: str
) -> None:
    values = opened(alice, opening.format(promise), now)
    writes("改到周五可以吗", now + 3 * MINUTE)
    page = save(alice, values, now + 5 * MINUTE)
    assert "They have written again since" in page
    assert (Call.objects.count(), is_open(promise)) == (1, (True, 2))
    assert not Call.objects.get().settled.exists()
    assert ContactLog.objects.filter(source__startswith="call:").count() == 1  # they were sought all the same


@pytest.mark.parametrize("opening", OPENINGS.values(), ids=OPENINGS)
def test_what_was_there_when_the_form_was_opened_is_settled(
    promise: Promise, alice: Staff, now: datetime, opening: str
) -> None:
    writes("还在等", now - MINUTE)
    page = save(alice, opened(alice, opening.format(promise), now), now + 5 * MINUTE)
    assert "They have written again since" not in page
    assert is_open(promise) == (False, 0)


def test_a_call_entered_later_settles_nothing_that_was_written_after_it(
    promise: Promise, alice: Staff, now: datetime
) -> None:
    writes("改到周五可以吗", now + 3 * MINUTE)
    values = opened(alice, OPENINGS["settled besides"].format(promise), now + 2 * HOUR)
    page = save(alice, values, now + 2 * HOUR, began_at=f"{now:%Y-%m-%dT%H:%M}")
    assert "They have written again since" in page
    assert is_open(promise) == (True, 2)


@pytest.mark.parametrize("later", [timedelta(0), MINUTE], ids=["before it ended", "after it ended"])
def test_where_nobody_said_what_it_settled_the_end_of_the_call_counts(
    promise: Promise, alice: Staff, patient: Patient, now: datetime, later: timedelta
) -> None:
    writes("改到周五可以吗", now + later)
    make.call(alice, patient, at=now + 2 * HOUR, started_at=now - MINUTE, ended_at=now)
    assert is_open(promise)[0] is bool(later)


def test_a_ring_back_that_was_asked_for_after_the_call_is_not_settled_by_it(
    patient: Patient, alice: Staff, now: datetime
) -> None:
    promise = writes(WORDS, now + MINUTE)
    make.call(alice, patient, at=now + 2 * HOUR, started_at=now, ended_at=now)
    assert is_open(promise) == (True, 1)


def test_nor_is_it_by_a_correction(promise: Promise, alice: Staff, patient: Patient, now: datetime) -> None:
    call = make.call(alice, patient, at=now, settles=[])
    writes("改到周五可以吗", now + MINUTE)
    topics = [TopicRecord(ReferenceItem.objects.get(list__code="call_topic", code="fee"))]
    record = CallRecord(Call.Disposition("answered"), now, now, topics=topics, person=patient, settles=[promise])
    correct_call(call=call, record=record, reason="漏了", staff=alice, at=now + HOUR)
    assert is_open(promise) == (True, 2)


def test_through_the_api_what_was_written_since_keeps_it_open_too(
    promise: Promise, alice: Staff, now: datetime
) -> None:
    read = promise.revision
    writes("改到周五可以吗", now)
    with time_machine.travel(now + MINUTE, tick=False):
        browser, url = make.client_of(alice), f"/api/v1/promises/{promise.pk}/keep/"
        refused = browser.post(url, {"revision": read}, content_type="application/json")
        assert (refused.status_code, is_open(promise)) == (409, (True, 2))
        kept = browser.post(url, {"revision": promise.revision}, content_type="application/json")
    assert (kept.status_code, is_open(promise)) == (200, (False, 0))


@pytest.mark.parametrize(("act", "told"), [("keep", {}), ("withdraw", {"reason": "已当面答复"})])
def test_whoever_does_not_say_what_was_read_settles_no_text(
    promise: Promise, alice: Staff, now: datetime, act: str, told: dict[str, str]
) -> None:
    with time_machine.travel(now + MINUTE, tick=False):
        browser, url = make.client_of(alice), f"/api/v1/promises/{promise.pk}/{act}/"
        refused = browser.post(url, told, content_type="application/json")
        assert (refused.status_code, refused.json()["code"]) == (409, "texts_unread")
        assert is_open(promise)[0]
        done = browser.post(url, {**told, "revision": promise.revision}, content_type="application/json")
    assert (done.status_code, is_open(promise)) == (200, (False, 0))


def test_nor_does_a_try_that_reached_them(promise: Promise, alice: Staff, now: datetime) -> None:
    told = {"promise": promise.pk, "outcome": "reached", "submission": "5f0c8e0e-0000-4000-8000-000000000001"}
    with time_machine.travel(now + MINUTE, tick=False):
        browser = make.client_of(alice)
        refused = browser.post("/api/v1/attempts/", told, content_type="application/json")
        assert (refused.json()["code"], is_open(promise)[0]) == ("texts_unread", True)
        done = {**told, "revision": promise.revision}
        assert browser.post("/api/v1/attempts/", done, content_type="application/json").status_code == 201
    assert is_open(promise) == (False, 0)


def test_a_promise_without_texts_is_kept_as_it_stands(alice: Staff, now: datetime) -> None:
    promise = make.promise(owner=alice, at=now)
    browser = make.client_of(alice)
    assert browser.post(f"/api/v1/promises/{promise.pk}/keep/", {}, content_type="application/json").status_code == 200
