"""A call settles what was owed; voided or corrected, it gives back what it took."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from accounts.models import Staff
from consult.models import Call
from consult.services.corrections import correct_call
from consult.services.promised import Promised
from consult.services.records import CallRecord, TopicRecord
from consult.services.settled import NotOfThisCall
from consult.services.voids import void_call
from followups.models import Attempt
from followups.services.attempts import record_attempt
from institution.models import ReferenceItem
from messaging.models import ContactLog, Message
from patients.models import AccessGrant, Contact, Patient
from patients.services.contacts import attach_contact
from promises.models import Promise
from promises.services.closing import keep_promise
from promises.services.promises import postpone_promise
from promises.services.reopening import reopen_promise
from tests import make
from tests.accounts.pages import Page, fill, in_english

HOUR = timedelta(hours=1)
REACHED, CALL_LATER = Attempt.Outcome.REACHED, Attempt.Outcome.CALL_LATER


@pytest.fixture
def patient(db: None) -> Patient:
    return make.patient("张桂兰", "13800001234")


@pytest.fixture
def ring_back(patient: Patient, bob: Staff, now: datetime) -> Promise:
    return make.promise(patient, owner=bob, at=now - HOUR, due_at=now + HOUR)


def state(promise: Promise) -> str:
    promise.refresh_from_db()
    return promise.state


def as_told(person: Patient, now: datetime, disposition: str, **values: Any) -> CallRecord:
    topics = [TopicRecord(ReferenceItem.objects.get(list__code="call_topic", code="fee"))]
    return CallRecord(Call.Disposition(disposition), now, now, topics=topics, person=person, **values)


@pytest.mark.parametrize("direction", ["in", "out"])
def test_whoever_speaks_with_the_patient_has_rung_back(
    direction: str, alice: Staff, patient: Patient, ring_back: Promise, now: datetime
) -> None:
    question = make.promise(patient, owner=alice, at=now, kind="look_into")
    call = make.call(alice, patient, at=now, direction=Call.Direction(direction))
    assert (state(ring_back), state(question)) == ("kept", "open")
    assert (ring_back.ended_by, list(call.settled.all())) == (alice.actor, [ring_back])


@pytest.mark.parametrize("disposition", ["silent", "wrong_number"])
def test_where_nobody_spoke_nothing_is_settled(
    disposition: str, alice: Staff, patient: Patient, ring_back: Promise, now: datetime
) -> None:
    make.call(alice, patient, at=now, disposition=disposition, settles=[ring_back])
    assert state(ring_back) == "open"


def test_told_otherwise_it_stays(alice: Staff, patient: Patient, ring_back: Promise, now: datetime) -> None:
    make.call(alice, patient, at=now, settles=[])
    assert state(ring_back) == "open"


def test_what_one_must_not_know_of_stays(alice: Staff, patient: Patient, bob: Staff, now: datetime) -> None:
    about_alice = make.promise(patient, owner=bob, at=now, excluded=[alice])
    make.call(alice, patient, at=now)
    assert state(about_alice) == "open"


def test_whoever_asks_to_be_called_later_was_told_nothing_yet(
    alice: Staff, patient: Patient, ring_back: Promise, now: datetime
) -> None:
    tried = make.promise(patient, owner=alice, at=now)
    later = {"kind": Promise.Kind.RING_BACK, "due_at": now + 2 * HOUR, "keeper": alice}
    make.call_back(alice, tried, at=now, later=later)
    assert (state(tried), tried.due_at, state(ring_back)) == ("open", now + 2 * HOUR, "open")


def test_voided_it_is_owed_again(alice: Staff, patient: Patient, bob: Staff, ring_back: Promise, now: datetime) -> None:
    call = make.call(alice, patient, at=now)
    void_call(call=call, reason="登错人", staff=alice, at=now + timedelta(minutes=5))
    assert (state(ring_back), ring_back.owner, ring_back.due_at, ring_back.first_attempt_at) == (
        "open",
        bob,
        now + HOUR,
        None,
    )
    assert ring_back.events.latest("pk").reason == "登错人"
    assert not Attempt.objects.standing().exists()
    assert Message.objects.filter(source=ring_back.key, state="queued", kind="promises.due").exists()
    assert AccessGrant.objects.held_by(bob).filter(patient=patient).count() == 1
    assert patient.timelineentrys.filter(kind="promises.reopened").exists()


def test_what_others_have_done_since_is_left_alone(
    alice: Staff, patient: Patient, bob: Staff, ring_back: Promise, now: datetime
) -> None:
    call = make.call(alice, patient, at=now)
    ring_back.refresh_from_db()
    reopen_promise(promise=ring_back, reason="没说清", actor=bob.actor, at=now + HOUR)
    again = record_attempt(promise=ring_back, outcome=REACHED, actor=bob.actor, at=now + 2 * HOUR)
    void_call(call=call, reason="登错人", staff=alice, at=now + 3 * HOUR)
    assert state(ring_back) == "kept"
    assert list(Attempt.objects.standing()) == [again]


@pytest.mark.parametrize(("disposition", "reached"), [("answered", True), ("silent", False)])
def test_a_call_out_that_was_to_keep_nothing_counts_among_the_tries_to_reach_the_person(
    alice: Staff, patient: Patient, now: datetime, disposition: str, reached: bool
) -> None:
    make.call(alice, patient, at=now, disposition=disposition, direction=Call.Direction.OUT, settles=[])
    assert ContactLog.objects.get(patient=patient).reached is reached


def test_voided_a_try_puts_nothing_off(alice: Staff, patient: Patient, now: datetime) -> None:
    tried = make.promise(patient, owner=alice, at=now - HOUR, due_at=now + timedelta(minutes=5))
    call = make.call_back(alice, tried, at=now, disposition="silent")
    tried.refresh_from_db()
    assert tried.due_at > now + timedelta(minutes=5)
    void_call(call=call, reason="没打过", staff=alice, at=now + timedelta(minutes=1))
    assert (state(tried), tried.due_at, tried.first_attempt_at) == ("open", now + timedelta(minutes=5), None)


def test_what_was_changed_since_stays_as_it_is_now(alice: Staff, patient: Patient, now: datetime) -> None:
    tried = make.promise(patient, owner=alice, at=now - HOUR, due_at=now + timedelta(minutes=5))
    call = make.call_back(alice, tried, at=now, disposition="silent")
    tried.refresh_from_db()
    tomorrow = now + timedelta(days=1)
    postpone_promise(promise=tried, due_at=tomorrow, reason="出差", actor=alice.actor, at=now)
    void_call(call=call, reason="没打过", staff=alice, at=now + timedelta(minutes=1))
    assert (state(tried), tried.due_at) == ("open", tomorrow)


def test_corrected_it_stays_settled_and_a_later_void_still_gives_it_back(
    alice: Staff, patient: Patient, ring_back: Promise, now: datetime
) -> None:
    call = make.call(alice, patient, at=now)
    record, later = as_told(patient, now, "answered"), now + timedelta(minutes=5)
    corrected = correct_call(call=call, record=record, reason="主题错了", staff=alice, at=later)
    assert (state(ring_back), list(corrected.settled.all())) == ("kept", [ring_back])
    void_call(call=corrected, reason="没有这通电话", staff=alice, at=later + HOUR)
    assert state(ring_back) == "open"


def test_corrected_to_somebody_else_it_is_owed_again(
    alice: Staff, patient: Patient, ring_back: Promise, now: datetime
) -> None:
    other = make.patient("王建军")
    meant = make.promise(other, owner=alice, at=now)
    call = make.call(alice, patient, at=now)
    record = as_told(other, now, "answered", settles=[meant])
    correct_call(call=call, record=record, reason="登错人", staff=alice, at=now + timedelta(minutes=5))
    assert (state(ring_back), state(meant)) == ("open", "kept")


def test_corrected_to_not_reached_it_was_a_try(alice: Staff, patient: Patient, now: datetime) -> None:
    tried = make.promise(patient, owner=alice, at=now - HOUR)
    call = make.call_back(alice, tried, at=now)
    assert state(tried) == "kept"
    record = as_told(patient, now, "silent", direction=Call.Direction.OUT)
    corrected = correct_call(call=call, record=record, reason="没打通", staff=alice, at=now + timedelta(minutes=5))
    assert (state(tried), corrected.attempt.outcome) == ("open", "no_answer")  # type: ignore[union-attr]
    assert tried.due_at > now


@pytest.mark.parametrize("first", ["silent", "answered", "ring_back"])
def test_corrected_to_ring_back_later_one_promise_remains_at_that_time(
    alice: Staff, patient: Patient, now: datetime, first: str
) -> None:
    tried = make.promise(patient, owner=alice, at=now - HOUR)
    later: dict[str, Any] = {"kind": Promise.Kind.RING_BACK, "due_at": now + 5 * HOUR, "keeper": alice}
    told: dict[str, Any] = (
        {"later": later | {"due_at": now + 3 * HOUR}} if first == "ring_back" else {"disposition": first}
    )
    call = make.call_back(alice, tried, at=now, **told)
    record = as_told(patient, now, "ring_back", direction=Call.Direction.OUT, promised=Promised(**later))
    corrected = correct_call(call=call, record=record, reason="要晚点打", staff=alice, at=now + timedelta(minutes=5))
    assert Promise.objects.get() == tried
    assert (state(tried), tried.due_at) == ("open", now + 5 * HOUR)
    assert Attempt.objects.standing().get() == corrected.attempt


def test_corrected_from_ring_back_later_to_answered_it_is_kept(alice: Staff, patient: Patient, now: datetime) -> None:
    tried = make.promise(patient, owner=alice, at=now - HOUR)
    later = {"kind": Promise.Kind.RING_BACK, "due_at": now + 5 * HOUR, "keeper": alice}
    call = make.call_back(alice, tried, at=now, later=later)
    record = as_told(patient, now, "answered", direction=Call.Direction.OUT)
    correct_call(call=call, record=record, reason="说完了", staff=alice, at=now + timedelta(minutes=5))
    assert state(tried) == "kept"


@pytest.mark.parametrize("how", ["settles", "tries"])
def test_a_call_settles_and_tries_only_what_is_owed_to_its_person_and_what_one_may_keep(
    alice: Staff, charlie: Staff, patient: Patient, now: datetime, how: str
) -> None:
    to_another = make.promise(owner=charlie, at=now)
    of_others = make.promise(patient, owner=alice, at=now, kind="look_into")
    about_charlie = make.promise(patient, owner=alice, at=now, excluded=[charlie])
    for promise in (to_another, of_others, about_charlie):
        named: dict[str, Any] = {"settles": [promise]} if how == "settles" else {"tries": promise, "settles": []}
        with pytest.raises(NotOfThisCall):
            make.call(charlie, patient, at=now, direction=Call.Direction.OUT, **named)
    assert not Call.objects.exists()


def test_voided_a_crossed_out_line_is_left_of_the_try(alice: Staff, patient: Patient, now: datetime) -> None:
    """Each of them was begun some minutes before it was logged."""

    def begun(at: datetime) -> dict[str, Any]:
        return {"at": at, "started_at": at - timedelta(minutes=9), "ended_at": at}

    make.call(alice, patient, at=now - 5 * HOUR, settles=[])
    tried = make.promise(patient, owner=alice, at=now - HOUR)
    kept = make.call_back(alice, tried, **begun(now))
    noted = make.call(alice, patient, direction=Call.Direction.OUT, settles=[], **begun(now + HOUR))
    taken = make.call(alice, patient, settles=[], **begun(now + 2 * HOUR))
    assert ContactLog.objects.count() == 2
    for call in (taken, noted, kept):
        void_call(call=call, reason="登错人", staff=alice, at=now + 3 * HOUR)
    patient.refresh_from_db()
    assert (ContactLog.objects.count(), patient.last_contact_at) == (0, now - 5 * HOUR)
    struck = patient.timelineentrys.filter(struck_at__isnull=False)
    assert sorted(struck.values_list("kind", flat=True)) == [*["consult.call"] * 3, "followups.attempt"]


def test_what_was_said_since_stays_the_last_contact(alice: Staff, patient: Patient, now: datetime) -> None:
    call = make.call(alice, patient, at=now)
    Patient.objects.update(last_contact_at=now + HOUR)  # on file from elsewhere
    void_call(call=call, reason="登错人", staff=alice, at=now + 2 * HOUR)
    patient.refresh_from_db()
    assert patient.last_contact_at == now + HOUR


def test_corrected_a_call_out_counts_once_among_the_tries(alice: Staff, patient: Patient, now: datetime) -> None:
    call = make.call(alice, patient, at=now, direction=Call.Direction.OUT, settles=[])
    record = as_told(patient, now, "silent", direction=Call.Direction.OUT)
    corrected = correct_call(call=call, record=record, reason="没打通", staff=alice, at=now + HOUR)
    line = ContactLog.objects.get()
    patient.refresh_from_db()
    assert (line.source, line.reached, patient.last_contact_at) == (f"call:{corrected.pk}", False, None)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("last", ["silent", "answered"])
def test_two_tries_voided_in_any_order_restore_the_time_from_before(
    alice: Staff, patient: Patient, now: datetime, order: tuple[int, int], last: str
) -> None:
    due = now + timedelta(minutes=5)
    tried = make.promise(patient, owner=alice, at=now - HOUR, due_at=due)
    calls = []
    for hours, disposition in ((0, "silent"), (2, last)):
        tried.refresh_from_db()
        calls.append(make.call_back(alice, tried, at=now + hours * HOUR, disposition=disposition))
    for place in order:
        void_call(call=calls[place], reason="没打过", staff=alice, at=now + 3 * HOUR)
    assert (state(tried), tried.due_at, tried.first_attempt_at) == ("open", due, None)


def test_of_two_tries_with_the_same_next_time_the_other_still_puts_it_off(
    alice: Staff, patient: Patient, now: datetime
) -> None:
    evening = now.replace(hour=22)
    tried = make.promise(patient, owner=alice, at=now, due_at=evening)
    first = make.call_back(alice, tried, at=evening, disposition="silent")
    tried.refresh_from_db()
    other = record_attempt(
        promise=tried, outcome=CALL_LATER, next_at=tried.due_at, actor=alice.actor, at=evening + timedelta(minutes=1)
    )
    void_call(call=first, reason="没打过", staff=alice, at=evening + HOUR)
    assert (state(tried), tried.due_at) == ("open", other.next_at)


def test_the_pages_say_what_a_void_opens_again(
    alice: Staff, patient: Patient, ring_back: Promise, now: datetime
) -> None:
    call = make.call(alice, patient, at=now)
    with time_machine.travel(now, tick=False):
        desk = in_english(make.client_of(alice))
        assert "What it settled is owed again" in desk.get(f"/calls/{call.pk}/void/").content.decode()
        assert "Settled" in desk.get(f"/calls/{call.pk}/").content.decode()
        desk.post(f"/calls/{call.pk}/void/", {"reason": "Twice"})
    assert state(ring_back) == "open"


def test_a_call_out_ticks_what_else_was_to_be_rung_back(
    alice: Staff, patient: Patient, ring_back: Promise, now: datetime
) -> None:
    tried, other = (make.promise(patient, owner=alice, at=now) for _ in range(2))
    with time_machine.travel(now, tick=False):
        page = Page(make.client_of(alice).get(f"/calls/new/?promise={tried.pk}"))
    assert (page.values["promise"], page.values["keeps"]) == (
        [str(tried.pk)],
        [str(other.pk)],
    )  # not what she cannot read


def test_a_call_of_months_ago_is_corrected_where_it_was(alice: Staff, patient: Patient, now: datetime) -> None:
    old = now - timedelta(days=90, seconds=17)
    call = make.call(alice, patient, at=old)
    with time_machine.travel(now, tick=False):
        desk, url = in_english(make.client_of(alice)), f"/calls/{call.pk}/correct/"
        values = Page(desk.get(url)).values
        earlier = fill(values, reason="Wrong topic", began_at="2025-12-01T09:00")
        assert Page(desk.post(url, earlier)).errors["began_at"] == "Within the last 30 days, and not in the future."
        desk.post(url, fill(values, reason="Wrong topic"))
    corrected = Call.objects.standing().get()
    assert (corrected.replaces, corrected.started_at) == (call, old)


def test_what_a_colleague_has_kept_meanwhile_does_not_hold_up_the_call(
    alice: Staff, bob: Staff, patient: Patient, now: datetime
) -> None:
    tried = make.promise(patient, owner=alice, at=now)
    with time_machine.travel(now, tick=False):
        desk = in_english(make.client_of(alice))
        values = Page(desk.get(f"/calls/new/?promise={tried.pk}")).values
        keep_promise(promise=tried, actor=bob.actor, at=now)
        topic = ReferenceItem.objects.get(list__code="call_topic", code="fee")
        desk.post("/calls/new/", fill(values, disposition="answered", take=None, **{"t0-topic": str(topic.pk)}))
    assert (Call.objects.get().attempt, state(tried)) == (None, "kept")


def test_a_void_does_not_name_what_one_must_not_know_of(
    alice: Staff, patient: Patient, ring_back: Promise, now: datetime
) -> None:
    call = make.call(alice, patient, at=now)
    ring_back.excluded.add(alice)
    with time_machine.travel(now, tick=False):
        page = in_english(make.client_of(alice)).get(f"/calls/{call.pk}/void/", follow=True).content.decode()
    assert "Somebody else has to void or correct this call." in page
    assert "What it settled is owed again" not in page


def test_corrected_twice_a_void_still_gives_back_what_the_first_one_settled(
    alice: Staff, patient: Patient, ring_back: Promise, now: datetime
) -> None:
    call = make.call(alice, patient, at=now)
    for minutes in (5, 10):
        at = now + timedelta(minutes=minutes)
        call = correct_call(call=call, record=as_told(patient, now, "answered"), reason="错了", staff=alice, at=at)
    void_call(call=call, reason="没有这通电话", staff=alice, at=now + HOUR)
    assert state(ring_back) == "open"


def test_corrected_to_where_nobody_spoke_it_is_owed_again(
    alice: Staff, patient: Patient, ring_back: Promise, now: datetime
) -> None:
    call = make.call(alice, patient, at=now)
    corrected = correct_call(
        call=call, record=as_told(patient, now, "silent"), reason="没人说话", staff=alice, at=now + HOUR
    )
    assert (state(ring_back), list(corrected.settled.all())) == ("open", [])


def test_what_it_was_to_keep_is_settled_once_though_ticked_too(
    alice: Staff, patient: Patient, ring_back: Promise, now: datetime
) -> None:
    tried = make.promise(patient, owner=alice, at=now)
    call = make.call(alice, patient, at=now, tries=tried, settles=[tried, ring_back], direction=Call.Direction.OUT)
    assert (state(tried), state(ring_back), tried.attempts.count()) == ("kept", "kept", 1)
    assert list(call.settled.all()) == [ring_back]


def test_put_off_where_nobody_said_what_it_settled_it_settles_nothing(
    alice: Staff, patient: Patient, ring_back: Promise, now: datetime
) -> None:
    later = Promised(Promise.Kind.RING_BACK, now + 2 * HOUR, alice)
    tried = make.promise(patient, owner=alice, at=now)
    make.call(
        alice, patient, at=now, tries=tried, promised=later, disposition="ring_back", direction=Call.Direction.OUT
    )
    assert (state(tried), state(ring_back)) == ("open", "open")


def test_of_a_caller_who_became_a_patient_meanwhile_it_is_the_patients(
    alice: Staff, patient: Patient, now: datetime
) -> None:
    caller = make.call(alice, at=now, name="来电人").contact
    assert caller is not None
    attach_contact(contact=Contact.objects.get(), patient=patient, actor=alice.actor, at=now)
    call = make.call(alice, caller, at=now)
    assert (call.patient, call.contact) == (patient, None)
