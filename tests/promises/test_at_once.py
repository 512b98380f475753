"""Two people take, keep or postpone the same promise in the same moment: one wins, the other is told. Mission B4."""

from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction

from accounts.models import Actor, Staff
from accounts.services.submissions import create_once
from consult.services.callers import name_caller
from followups.models import Attempt
from followups.services.attempts import record_attempt
from hospital_crm.lib.errors import DuplicateSubmission
from messaging.models import Message
from promises.models import Promise
from promises.services import closing, escalation, ownership, promises, reassigning
from promises.services.changes import PromiseAlreadyOver, PromiseHasChanged
from tests import make
from tests.accounts.at_once import Meanwhile, on_a_server, with_threads

pytestmark = [on_a_server, with_threads]
HOUR = timedelta(hours=1)
NO_ANSWER = Attempt.Outcome.NO_ANSWER


def test_only_one_takes_it(alice: Staff, bob: Staff, now: datetime) -> None:
    promise = make.promise(team=make.team("热线组", alice, bob), at=now)
    seen_by_bob = Promise.objects.get(pk=promise.pk)
    with transaction.atomic():
        ownership.take_promise(promise=promise, staff=alice, at=now)
        other = Meanwhile(lambda: ownership.take_promise(promise=seen_by_bob, staff=bob, at=now))
        other.wait_until_it_waits()
    assert isinstance(other.outcome(), ownership.AlreadyTaken)
    promise.refresh_from_db()
    assert promise.owner == alice


def test_only_one_completes_it(alice: Staff, bob: Staff, now: datetime) -> None:
    promise = make.promise(owner=alice, at=now)
    seen_by_bob = Promise.objects.get(pk=promise.pk)
    with transaction.atomic():
        closing.keep_promise(promise=promise, actor=alice.actor, at=now)
        other = Meanwhile(lambda: closing.keep_promise(promise=seen_by_bob, actor=bob.actor, at=now))
        other.wait_until_it_waits()
    assert isinstance(other.outcome(), PromiseAlreadyOver)
    assert promise.events.filter(verb="kept").count() == 1


def test_the_same_form_sent_twice_at_the_same_moment_is_answered_as_the_first_time(alice: Staff, now: datetime) -> None:
    promise, key = make.promise(owner=alice, at=now), uuid4()
    seen_twice = Promise.objects.get(pk=promise.pk)

    def keep(row: Promise) -> Promise:
        return create_once(
            submission=key,
            kind="keep",
            create=lambda: closing.keep_promise(promise=row, actor=alice.actor, at=now),
            actor=alice.actor,
            at=now,
        )

    with transaction.atomic():
        keep(promise)
        other = Meanwhile(lambda: keep(seen_twice))
        other.wait_until_it_waits()
    assert isinstance(other.outcome(), DuplicateSubmission)


def test_only_one_moves_its_time(alice: Staff, bob: Staff, now: datetime) -> None:
    promise = make.promise(owner=alice, at=now)
    seen_by_bob = Promise.objects.get(pk=promise.pk)

    def postpone(row: Promise, by: Staff, hours: int) -> Promise:
        due = now + hours * HOUR
        return promises.postpone_promise(promise=row, due_at=due, reason="x", actor=by.actor, at=now)

    with transaction.atomic():
        postpone(promise, alice, 2)
        other = Meanwhile(lambda: postpone(seen_by_bob, bob, 3))
        other.wait_until_it_waits()
    assert isinstance(other.outcome(), PromiseHasChanged)
    due = Message.objects.filter(kind="promises.due", state="queued", channel="in_app")
    assert list(due.values_list("send_at", flat=True)) == [now + 2 * HOUR]


def test_two_beats_raise_a_level_once(alice: Staff, now: datetime) -> None:
    make.promise(owner=alice, at=now)
    system = Actor.objects.get(code="tests")
    late = now + HOUR + timedelta(minutes=6)
    with transaction.atomic():
        first = escalation.escalate_late(actor=system, at=late)
        other = Meanwhile(lambda: escalation.escalate_late(actor=system, at=late))
        other.wait_until_it_waits()
    assert (first, other.outcome()) == (1, 0)
    assert Message.objects.filter(kind="promises.late1", channel="in_app").count() == 1


def test_two_who_move_the_same_ones_in_opposite_order_do_not_wait_for_each_other_forever(
    alice: Staff, bob: Staff, dana: Staff, now: datetime
) -> None:
    """Each would hold what the other wants next: the database ends one of them, unless both go in one order."""
    first, second = (make.promise(owner=alice, at=now) for _ in range(2))
    seen_by_dana = [Promise.objects.get(pk=promise.pk) for promise in (second, first)]

    def reassign() -> int:
        return reassigning.reassign_promises(
            promises=seen_by_dana, owner=bob, team=None, reason="x", actor=dana.actor, at=now
        )

    with transaction.atomic():
        closing.keep_promise(promise=first, actor=alice.actor, at=now)
        other = Meanwhile(reassign)
        other.wait_until_it_waits()
        closing.keep_promise(promise=second, actor=alice.actor, at=now)
    assert isinstance(other.outcome(), PromiseAlreadyOver)
    assert Promise.objects.filter(state="kept", owner=alice).count() == 2


def test_two_calls_at_once_settle_a_promise_once(alice: Staff, bob: Staff, now: datetime) -> None:
    promise = make.promise(make.patient("张桂兰"), owner=alice, at=now)
    with transaction.atomic():
        make.call(alice, promise.patient, at=now)
        other = Meanwhile(lambda: make.call(bob, promise.patient, at=now))
        other.wait_until_it_waits()
    second = other.outcome()
    assert isinstance(second, PromiseAlreadyOver) or not second.settled.exists()
    assert promise.attempts.count() == promise.events.filter(verb="kept").count() == 1


def test_a_call_logged_while_its_caller_becomes_a_patient_is_about_the_patient(
    alice: Staff, bob: Staff, now: datetime
) -> None:
    first = make.call(alice, number="13800001234", at=now)
    caller, patient = first.contact, make.patient("张桂兰")
    with transaction.atomic():
        name_caller(call=first, patient=patient, actor=alice.actor, at=now)
        other = Meanwhile(lambda: make.call(bob, caller, at=now))
        other.wait_until_it_waits()
    assert other.outcome().patient == patient


def test_a_try_logged_while_the_caller_becomes_a_patient_is_in_the_patients_story(
    alice: Staff, bob: Staff, now: datetime
) -> None:
    first = make.call(alice, number="13800001234", at=now)
    promise, patient = make.promise(first.contact, owner=alice, at=now), make.patient("张桂兰")
    with transaction.atomic():
        name_caller(call=first, patient=patient, actor=alice.actor, at=now)
        other = Meanwhile(lambda: record_attempt(promise=promise, outcome=NO_ANSWER, actor=bob.actor, at=now))
        other.wait_until_it_waits()
    assert other.outcome().rank == 1
    assert patient.timelineentrys.filter(kind="followups.attempt").exists()
