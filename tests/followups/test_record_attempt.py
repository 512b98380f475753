"""Every try counts: the next one comes at another hour, the last one ends it openly. Mission B4, D7."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Staff
from followups.models import Attempt
from followups.services.attempts import NextTimeIsMissing, end_ladder, record_attempt
from followups.services.voids import void_attempt
from messaging.models import ContactLog, Message
from patients.models import Patient
from promises.models import Promise
from promises.services.changes import PromiseAlreadyOver, PromiseHasChanged
from promises.services.deadlines import DueInThePast
from tests import make

HOUR = timedelta(hours=1)
Outcome = Attempt.Outcome


@pytest.fixture
def patient(db: None) -> Patient:
    return make.patient("张桂兰", "13800001234")


@pytest.fixture
def promise(patient: Patient, alice: Staff, now: datetime) -> Promise:
    return make.promise(patient, owner=alice, at=now)


def attempt(promise: Promise, outcome: str, by: Staff, at: datetime, next_at: datetime | None = None) -> Attempt:
    made = record_attempt(promise=promise, outcome=Outcome(outcome), next_at=next_at, actor=by.actor, at=at)
    promise.refresh_from_db()
    return made


def test_reached_keeps_the_promise(promise: Promise, patient: Patient, alice: Staff, now: datetime) -> None:
    attempt(promise, "reached", alice, now)
    patient.refresh_from_db()
    assert (promise.state, promise.first_attempt_at, patient.last_contact_at) == ("kept", now, now)
    assert ContactLog.objects.get().reached


def test_no_answer_plans_the_next_try_at_another_hour(promise: Promise, alice: Staff, now: datetime) -> None:
    made = attempt(promise, "no_answer", alice, now)  # 10:24
    noon = now.replace(hour=14, minute=30)
    assert (promise.state, promise.due_at, made.next_at) == ("open", noon, noon)
    assert promise.first_due_at == now + HOUR  # what the patient was told first stays
    assert promise.times_postponed == 0
    due = Message.objects.get(kind="promises.due", state="queued", channel="in_app")
    assert (due.staff, due.send_at) == (alice, noon)
    assert not ContactLog.objects.get().reached


def test_after_the_last_try_it_ends_openly(promise: Promise, patient: Patient, alice: Staff, now: datetime) -> None:
    for hours, outcome in enumerate(("no_answer", "switched_off", "no_answer")):
        attempt(promise, outcome, alice, now + hours * HOUR)
    assert (promise.state, promise.reason) == ("not_reached", "no_answer")
    assert list(patient.timelineentrys.order_by("pk").values_list("kind", flat=True)) == [
        "patients.registered", "promises.made", "followups.attempt", "followups.attempt", "followups.attempt",
        "promises.not_reached",
    ]  # fmt: skip
    assert not Message.objects.filter(state="queued").exists()


def test_busy_is_tried_again_soon(promise: Promise, alice: Staff, now: datetime) -> None:
    attempt(promise, "busy", alice, now)
    assert promise.due_at == now + timedelta(minutes=20)


def test_who_asks_to_be_called_later_is_called_then(promise: Promise, alice: Staff, now: datetime) -> None:
    with pytest.raises(NextTimeIsMissing):
        attempt(promise, "call_later", alice, now)
    with pytest.raises(DueInThePast):
        attempt(promise, "call_later", alice, now, next_at=now - HOUR)
    attempt(promise, "call_later", alice, now, next_at=now + 5 * HOUR)
    assert (promise.state, promise.due_at) == ("open", now + 5 * HOUR)
    assert Attempt.objects.count() == 1  # what was refused left nothing behind


def test_refused_ends_it(promise: Promise, alice: Staff, now: datetime) -> None:
    attempt(promise, "refused", alice, now)
    assert (promise.state, promise.reason) == ("withdrawn", "refused")


def test_a_colleagues_success_on_any_channel_ends_the_ladder(
    promise: Promise, patient: Patient, alice: Staff, bob: Staff, now: datetime
) -> None:
    attempt(promise, "no_answer", alice, now)
    question = make.promise(patient, owner=alice, at=now, kind="look_into")
    ended = end_ladder(target=patient, channel=ContactLog.Channel.DESK, actor=bob.actor, at=now + HOUR)
    promise.refresh_from_db()
    question.refresh_from_db()
    assert [(made.promise, made.rank, made.channel) for made in ended] == [(promise, 2, "desk")]
    assert (promise.state, promise.ended_by, question.state) == ("kept", bob.actor, "open")
    assert not Message.objects.filter(source=promise.key, state="queued").exists()


def test_what_is_over_takes_no_more_tries(promise: Promise, alice: Staff, bob: Staff, now: datetime) -> None:
    attempt(promise, "reached", alice, now)
    with pytest.raises(PromiseAlreadyOver):
        attempt(promise, "no_answer", bob, now)
    assert Attempt.objects.count() == 1


def test_the_same_try_sent_twice_counts_once(promise: Promise, alice: Staff, now: datetime) -> None:
    read = promise.revision
    record_attempt(promise=promise, outcome=Attempt.Outcome.NO_ANSWER, revision=read, actor=alice.actor, at=now)
    with pytest.raises(PromiseHasChanged):
        record_attempt(promise=promise, outcome=Attempt.Outcome.NO_ANSWER, revision=read, actor=alice.actor, at=now)
    assert promise.attempts.count() == 1


def test_a_time_that_has_passed_is_refused_before_anything_is_written(
    promise: Promise, alice: Staff, now: datetime
) -> None:
    long_ago = datetime(1, 1, 1, tzinfo=UTC)
    with pytest.raises(DueInThePast):
        record_attempt(promise=promise, outcome=Attempt.Outcome.CALL_LATER, next_at=long_ago, actor=alice.actor, at=now)
    assert not promise.attempts.exists()


def test_a_voided_try_is_not_among_the_last_ones(promise: Promise, alice: Staff, now: datetime) -> None:
    first = attempt(promise, "no_answer", alice, now)
    void_attempt(attempt=first, reason="没打过", actor=alice.actor, at=now)
    promise.refresh_from_db()
    for hours in (1, 2):
        attempt(promise, "no_answer", alice, now + hours * HOUR)
    assert promise.state == "open"
    attempt(promise, "no_answer", alice, now + 3 * HOUR)
    assert promise.state == "not_reached"
