"""Between a merge and its undoing people go on working: what they did goes to whom it is about, or is named.

Mission A4.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Staff
from consult.models import Call
from followups.models import Attempt
from followups.services.attempts import record_attempt
from hospital_crm.lib.errors import DomainError
from messaging.models import ContactLog, Message
from patients.models import AccessGrant, DuplicatePair, Merge, Patient, TimelineEntry, Visit
from patients.services.following import NO_ACT
from patients.services.merges import merge_patients
from patients.services.moving import references_to
from patients.services.patients import update_patient
from patients.services.scan import scan_some
from patients.services.unmerging import undo_merge
from patients.services.visits import update_visit
from promises.models import Promise
from promises.services.closing import keep_promise, withdraw_promise
from promises.services.handing_over import accept_promise, hand_over_promise
from promises.services.promises import postpone_promise
from tests import make
from tests.made_up import FEW

MINUTE = timedelta(minutes=1)


@pytest.fixture
def kept(db: None) -> Patient:
    return make.patient("张桂兰", "13800001234")


@pytest.fixture
def double(db: None) -> Patient:
    return make.patient("张贵兰", "13900005678")


def merged(survivor: Patient, other: Patient, now: datetime) -> Merge:
    return merge_patients(survivor=survivor, merged=other, actor=make.by(), at=now)


def undone(merge: Merge, now: datetime) -> Merge:
    return undo_merge(merge=merge, actor=make.by(), at=now)


def owed(patient: Patient, owner: Staff, now: datetime) -> Promise:
    return make.promise(patient, owner=owner, at=now, due_at=now + timedelta(hours=5))


def fresh(promise: Promise) -> Promise:
    return Promise.objects.get(pk=promise.pk)


def postponed(promise: Promise, now: datetime) -> None:
    actor = fresh(promise).owner.actor  # type: ignore[union-attr]
    due = now + timedelta(days=1)
    postpone_promise(promise=fresh(promise), due_at=due, reason="Asked for it", actor=actor, at=now)


def test_whoever_owes_the_one_sees_the_one_and_not_the_other(db: None, now: datetime) -> None:
    there = make.department("甲科")
    kept, double = make.patient("张桂兰", department=there), make.patient("张贵兰", department=there)
    doctor = make.staff("doctor", "doctor", department=make.department("乙科"))
    promise = owed(double, doctor, now)
    merge = merged(kept, double, now)
    postponed(promise, now + MINUTE)
    assert undone(merge, now + 2 * MINUTE).stayed_rows == []
    assert list(Patient.objects.visible_to(doctor)) == [double]
    assert set(TimelineEntry.objects.filter(source_id=promise.pk, kind="promises.postponed")) <= set(
        double.timelineentrys.all()
    )


def test_tries_and_the_calls_that_were_tries_go_with_their_promise(
    kept: Patient, double: Patient, alice: Staff, now: datetime
) -> None:
    promise = owed(double, alice, now)
    merge = merged(kept, double, now)
    call = make.call_back(alice, fresh(promise), at=now + MINUTE)
    undone(merge, now + 2 * MINUTE)
    call.refresh_from_db()
    assert call.patient == double
    assert [log.patient for log in ContactLog.objects.all()] == [double]
    assert {line.patient for line in TimelineEntry.objects.filter(kind__in=["followups.attempt", "consult.call"])} == {
        double
    }


def test_what_belongs_to_both_stays_and_is_named(kept: Patient, double: Patient, alice: Staff, now: datetime) -> None:
    ours, theirs = owed(kept, alice, now), owed(double, alice, now)
    merge = merged(kept, double, now)
    settles = [fresh(ours), fresh(theirs)]
    call = make.call(alice, Patient.objects.get(pk=kept.pk), at=now + MINUTE, settles=settles)
    assert undone(merge, now + 2 * MINUTE).stayed_rows == [["consult.Call", call.pk]]
    call.refresh_from_db()
    assert call.patient == kept
    assert (fresh(ours).patient, fresh(theirs).patient) == (kept, double)
    logged = {log.source: log.patient for log in ContactLog.objects.filter(source__startswith="attempt:")}
    assert logged == {f"attempt:{each.pk}": each.promise.patient for each in Attempt.objects.all()}


def test_what_a_call_promised_goes_where_the_call_goes(
    kept: Patient, double: Patient, alice: Staff, now: datetime
) -> None:
    promise = owed(double, alice, now)
    merge = merged(kept, double, now)
    call = make.call_back(alice, fresh(promise), at=now + MINUTE)
    new = make.promise(Patient.objects.get(pk=kept.pk), owner=alice, at=now + MINUTE, source=f"call:{call.pk}:2")
    Call.objects.filter(pk=call.pk).update(promise=new)
    other = make.promise(Patient.objects.get(pk=kept.pk), owner=alice, at=now + MINUTE)
    undone(merge, now + 2 * MINUTE)
    assert (fresh(new).patient, fresh(other).patient) == (double, kept)
    assert {grant.source: grant.patient for grant in AccessGrant.objects.open()} == {
        new.key: double,
        other.key: kept,
    }


def test_a_visit_that_was_corrected_tells_it_where_it_was(kept: Patient, double: Patient, now: datetime) -> None:
    visit = make.visit(double)
    merge = merged(kept, double, now)
    update_visit(visit=visit, version=1, values={"kind": Visit.Kind.EMERGENCY}, actor=make.by(), at=now + MINUTE)
    undone(merge, now + 2 * MINUTE)
    assert {line.patient for line in TimelineEntry.objects.filter(kind="patients.visited")} == {double}


def test_rows_that_somebody_gave_to_another_since_are_named(
    kept: Patient, double: Patient, alice: Staff, now: datetime
) -> None:
    call, third = make.call(alice, double), make.patient("王建军")
    merge = merged(kept, double, now)
    Call.objects.filter(pk=call.pk).update(patient=third)
    assert undone(merge, now).stayed_rows == [["consult.Call", call.pk]]
    call.refresh_from_db()
    assert call.patient == third


def test_whoever_separates_two_says_that_they_are_two(kept: Patient, now: datetime) -> None:
    double = make.patient("张桂兰", "13800001234")
    scan_some(at=now)
    assert DuplicatePair.objects.open().count() == 1
    boss = make.staff("boss", "manager")
    undo_merge(merge=merged(kept, double, now), actor=boss.actor, at=now)
    while scan_some(at=now):
        pass
    pair = DuplicatePair.objects.get()
    assert (pair.state, pair.decided_by) == (DuplicatePair.State.ANOTHER, boss.actor)
    for patient in (kept, double):
        patient.refresh_from_db()
        values = {"birth_year": 1953}
        update_patient(patient=patient, version=patient.version, values=values, actor=make.by(), at=now)
    scan_some(at=now)
    assert DuplicatePair.objects.open().exists()  # for other reasons


def test_a_merge_without_a_pair_leaves_a_verdict_too(kept: Patient, double: Patient, now: datetime) -> None:
    undone(merged(kept, double, now), now)
    assert [(pair.state, pair.older, pair.newer) for pair in DuplicatePair.objects.all()] == [("another", kept, double)]


Act = Callable[[Promise, Staff, datetime], Any]


def _hand_over(promise: Promise, other: Staff, now: datetime) -> None:
    hand_over_promise(promise=promise, to=other, actor=promise.owner.actor, at=now)  # type: ignore[union-attr]


def _accept(promise: Promise, other: Staff, now: datetime) -> None:
    accept_promise(promise=promise, staff=other, at=now)


ACTS: dict[str, Act] = {
    "postpone": lambda promise, other, now: postponed(promise, now),
    "hand over": _hand_over,
    "accept": _accept,
    "keep": lambda promise, other, now: keep_promise(promise=promise, actor=promise.owner.actor, at=now),  # type: ignore[union-attr]
    "withdraw": lambda promise, other, now: withdraw_promise(
        promise=promise,
        reason="No longer",
        actor=promise.owner.actor,  # type: ignore[union-attr]
        at=now,
    ),
    "try": lambda promise, other, now: record_attempt(
        promise=promise, outcome=Attempt.Outcome.NO_ANSWER, actor=other.actor, at=now
    ),
    "ring": lambda promise, other, now: make.call_back(promise.owner, promise, at=now),  # type: ignore[arg-type]
    "be rung": lambda promise, other, now: make.call(promise.owner, promise.patient, at=now, settles=[promise]),  # type: ignore[arg-type]
    "call": lambda promise, other, now: make.call(other, promise.patient, at=now, settles=[]),
}


def whose() -> dict[tuple[str, int, str], int]:
    """Of every act on record whose it is."""
    acts = [each for each in references_to(Patient) if each.model not in NO_ACT]
    return {
        (each.model._meta.label, key, each.name): person
        for each in acts
        for key, person in each.model._base_manager.exclude(**{each.name: None}).values_list("pk", each.attname)
    }


def torn(stayed: list[list[Any]]) -> list[object]:
    """What tells of a promise and is not whose the promise is."""
    found: list[object] = []
    for promise in Promise.objects.all():
        tries = list(promise.attempts.values_list("pk", flat=True))
        logs = ContactLog.objects.filter(source__in=[f"attempt:{key}" for key in tries])
        about = TimelineEntry.objects.filter(source_type=Promise._meta.label, source_id=promise.pk)
        told = TimelineEntry.objects.filter(source_type=Attempt._meta.label, source_id__in=tries)
        calls = Call.objects.filter(attempt__in=tries) | Call.objects.filter(settled=promise)
        rows = [*AccessGrant.objects.filter(source=promise.key), *logs, *about, *told, *calls]
        found += [(promise, row) for row in rows if row.patient_id != promise.patient_id]
        found += Message.objects.filter(source__startswith=f"{promise.key}:").exclude(about_patient=promise.patient_id)
        found += Message.objects.filter(source=promise.key).exclude(about_patient=promise.patient_id)
    named = {tuple(row) for row in stayed}
    return [each for each in found if not (isinstance(each, tuple) and (each[1]._meta.label, each[1].pk) in named)]


STEPS = st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.sampled_from((2, 0, 3))), min_size=2, max_size=5)


def test_whatever_is_done_in_between_nothing_is_torn(alice: Staff, bob: Staff, now: datetime) -> None:
    @settings(FEW, max_examples=6)
    @given(steps=STEPS)
    def holds(steps: list[tuple[str, int]]) -> None:
        with transaction.atomic():
            kept, double = make.patient("张桂兰", "13800001234"), make.patient("张贵兰", "13900005678")
            promises = [owed(patient, alice, now) for patient in (kept, double) for _rank in range(2)]
            make.call(bob, double, at=now, settles=[])
            before = whose()
            merge, at = merged(kept, double, now), now
            for act, rank in steps:
                at += MINUTE
                with suppress(DomainError), transaction.atomic():
                    ACTS[act](fresh(promises[rank]), bob, at)
            undone(merge, at)
            after = whose()
            assert {row: after[row] for row in before} == before
            assert torn(Merge.objects.get(pk=merge.pk).stayed_rows) == []
            transaction.set_rollback(True)

    holds()
