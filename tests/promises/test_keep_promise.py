"""A promise is made, postponed with a reason, kept or withdrawn; everybody sees what became of it. Mission B4, D7."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils.translation import override

from accounts.models import AuditEntry, Staff
from followups.models import Attempt
from followups.services.attempts import record_attempt
from messaging.models import Message
from patients.models import AccessGrant, Contact, Patient
from promises.models import Promise
from promises.services import asked, closing, deadlines, keepers
from promises.services import promises as services
from promises.services.changes import PromiseAlreadyOver, PromiseHasChanged
from promises.services.handing_over import accept_promise, hand_over_promise
from promises.services.reopening import reopen_promise
from tests import make

HOUR = timedelta(hours=1)


@pytest.fixture
def patient(db: None) -> Patient:
    return make.patient("张桂兰", "13800001234")


@pytest.fixture
def promise(patient: Patient, alice: Staff, now: datetime) -> Promise:
    return make.promise(patient, owner=alice, at=now, note="眼药水能否停用")


def waiting(staff: Staff) -> list[tuple[str, datetime]]:
    """What is queued for the person to be told inside the product."""
    notes = Message.objects.filter(staff=staff, state="queued", channel="in_app").order_by("send_at", "pk")
    return list(notes.values_list("kind", "send_at"))


def test_the_owner_is_reminded_ahead_and_when_it_is_due(promise: Promise, alice: Staff, now: datetime) -> None:
    due = now + HOUR
    assert waiting(alice) == [("promises.ahead", due - timedelta(minutes=10)), ("promises.due", due)]
    assert promise.first_due_at == promise.late_at == due


def test_what_is_due_in_a_moment_has_one_reminder(patient: Patient, alice: Staff, now: datetime) -> None:
    due = now + timedelta(minutes=5)
    make.promise(patient, owner=alice, at=now, due_at=due)
    assert waiting(alice) == [("promises.due", due)]


def test_who_owes_sees_the_number_until_it_is_over(promise: Promise, alice: Staff, bob: Staff, now: datetime) -> None:
    grants = AccessGrant.objects.open()
    assert grants.held_by(alice).exists()
    assert not grants.held_by(bob).exists()
    closing.keep_promise(promise=promise, actor=alice.actor, at=now)
    assert not grants.exists()


def test_kept_is_on_the_timeline_and_in_the_audit_and_nobody_is_reminded(
    promise: Promise, patient: Patient, alice: Staff, now: datetime
) -> None:
    closing.keep_promise(promise=promise, actor=alice.actor, at=now)
    assert (promise.state, promise.ended_at, promise.ended_by) == ("kept", now, alice.actor)
    story = patient.timelineentrys.order_by("pk").values_list("kind", flat=True)
    assert list(story) == ["patients.registered", "promises.made", "promises.kept"]
    assert AuditEntry.objects.about(promise).filter(verb="promise.kept", actor=alice.actor).count() == 1
    assert waiting(alice) == []


def test_the_timeline_never_has_the_text(promise: Promise, patient: Patient) -> None:
    assert all(promise.note not in str(entry.params) for entry in patient.timelineentrys.all())


def test_postponed_it_is_due_later_and_was_first_promised_earlier(
    promise: Promise, alice: Staff, now: datetime
) -> None:
    later = now + 5 * HOUR
    services.postpone_promise(promise=promise, due_at=later, reason="等检查结果", actor=alice.actor, at=now)
    assert (promise.due_at, promise.first_due_at, promise.times_postponed) == (later, now + HOUR, 1)
    assert promise.revision == 2
    assert waiting(alice) == [("promises.ahead", later - timedelta(minutes=10)), ("promises.due", later)]


def test_what_a_caller_without_a_record_was_promised_is_kept_too(alice: Staff, now: datetime) -> None:
    caller = Contact.objects.create(digits="", created_at=now, created_by=alice.actor)
    promise = services.make_promise(
        target=caller, kind=Promise.Kind.LOOK_INTO, owner=alice, due_at=now + HOUR, actor=alice.actor, at=now
    )
    closing.keep_promise(promise=promise, actor=alice.actor, at=now)
    assert list(caller.timelineentrys.values_list("kind", flat=True)) == ["promises.made", "promises.kept"]


@pytest.mark.parametrize(
    ("late_by", "refusal"),
    [
        (timedelta(0), deadlines.DueInThePast),
        (timedelta(minutes=1), deadlines.DueInThePast),
        (-timedelta(days=2000), deadlines.DueTooFarAhead),
    ],
)
def test_a_time_that_has_passed_or_lies_years_ahead_is_refused(
    promise: Promise, alice: Staff, now: datetime, late_by: timedelta, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        services.postpone_promise(promise=promise, due_at=now - late_by, reason="x", actor=alice.actor, at=now)


def test_nobody_changes_what_a_patient_was_promised_without_saying_why(
    promise: Promise, alice: Staff, now: datetime
) -> None:
    with pytest.raises(services.ReasonIsMissing):
        services.postpone_promise(promise=promise, due_at=now + 2 * HOUR, reason=" ", actor=alice.actor, at=now)
    with pytest.raises(services.ReasonIsMissing):
        closing.withdraw_promise(promise=promise, reason="", actor=alice.actor, at=now)


def test_somebody_must_owe_it(patient: Patient, alice: Staff, now: datetime) -> None:
    with pytest.raises(keepers.NobodyOwns):
        make.promise(patient, at=now)
    with pytest.raises(keepers.NobodyOnTeam):
        make.promise(patient, team=make.team("空组"), at=now)
    with pytest.raises(keepers.OwnerHasLeft):
        make.promise(patient, owner=make.left(alice), at=now)


def test_of_two_who_complete_it_one_wins_and_the_other_is_told(
    promise: Promise, alice: Staff, bob: Staff, now: datetime
) -> None:
    seen_by_bob = Promise.objects.get(pk=promise.pk)
    closing.keep_promise(promise=promise, actor=alice.actor, at=now)
    with override("zh-hans"), pytest.raises(PromiseAlreadyOver, match="守诺 · Alice"):
        closing.withdraw_promise(promise=seen_by_bob, reason="x", actor=bob.actor, at=now)
    promise.refresh_from_db()
    assert promise.state == "kept"


def test_of_two_who_postpone_it_the_second_looks_again(promise: Promise, alice: Staff, now: datetime) -> None:
    stale = Promise.objects.get(pk=promise.pk)
    services.postpone_promise(promise=promise, due_at=now + 2 * HOUR, reason="x", actor=alice.actor, at=now)
    with pytest.raises(PromiseHasChanged):
        services.postpone_promise(promise=stale, due_at=now + 3 * HOUR, reason="x", actor=alice.actor, at=now)
    promise.refresh_from_db()
    assert promise.due_at == now + 2 * HOUR


def test_the_same_source_makes_one_promise(patient: Patient, alice: Staff, now: datetime) -> None:
    from django.db import IntegrityError, transaction

    make.promise(patient, owner=alice, at=now, source="call:1:1")
    with pytest.raises(IntegrityError), transaction.atomic():
        make.promise(patient, owner=alice, at=now, source="call:1:1")


def test_figures_count_a_first_try_in_time_as_well(patient: Patient, alice: Staff, now: datetime) -> None:
    tried, kept, late = (make.promise(patient, owner=alice, at=now) for _ in range(3))
    services.note_first_attempt(promise=tried, at=now)
    closing.keep_promise(promise=kept, actor=alice.actor, at=now + HOUR)
    closing.keep_promise(promise=late, actor=alice.actor, at=now + 2 * HOUR)
    assert set(Promise.objects.measured("met", now)) == {tried, kept}


def test_at_the_very_time_first_promised_it_is_in_time_and_not_yet_missed(
    patient: Patient, alice: Staff, now: datetime
) -> None:
    due, moment = now + HOUR, timedelta(microseconds=1)
    tried, kept, tried_late, kept_late, waits = (make.promise(patient, owner=alice, at=now) for _ in range(5))
    services.note_first_attempt(promise=tried, at=due)
    services.note_first_attempt(promise=tried_late, at=due + moment)
    closing.keep_promise(promise=kept, actor=alice.actor, at=due)
    closing.keep_promise(promise=kept_late, actor=alice.actor, at=due + moment)

    def counted(at: datetime) -> list[set[Promise]]:
        return [set(Promise.objects.measured(measure, at)) for measure in ("met", "missed", "judged")]

    met, missed = {tried, kept}, {tried_late, kept_late, waits}
    assert counted(due) == [met, set(), met]
    assert counted(due + moment) == [met, missed, met | missed]


ENDINGS: dict[str, Callable[..., Promise]] = {
    "kept": lambda **act: closing.keep_promise(**act),
    "withdrawn": lambda **act: closing.withdraw_promise(reason="不用了", **act),
    "not_reached": lambda **act: closing.close_not_reached(reason="打不通", **act),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_ended_by_a_colleague_its_owner_is_told_how(
    promise: Promise, alice: Staff, bob: Staff, now: datetime, ending: str
) -> None:
    ENDINGS[ending](promise=promise, actor=bob.actor, at=now)
    assert waiting(alice) == [(f"promises.{ending}", now)]


@pytest.mark.parametrize("ending", ENDINGS)
def test_ended_by_oneself_nobody_is_told_but_whoever_was_asked_to_take_it_over(
    promise: Promise, alice: Staff, bob: Staff, now: datetime, ending: str
) -> None:
    hand_over_promise(promise=promise, to=bob, actor=alice.actor, at=now)
    ENDINGS[ending](promise=promise, actor=alice.actor, at=now)
    assert waiting(alice) == []
    assert waiting(bob) == [("promises.recalled", now)]


def test_whoever_was_only_asked_neither_keeps_it_nor_withdraws_nor_postpones_it(
    promise: Promise, alice: Staff, bob: Staff, now: datetime
) -> None:
    hand_over_promise(promise=promise, to=bob, actor=alice.actor, at=now)
    act: dict[str, Any] = {"promise": promise, "actor": bob.actor, "at": now}
    with pytest.raises(asked.NotAcceptedYet):
        closing.keep_promise(**act)
    with pytest.raises(asked.NotAcceptedYet):
        closing.withdraw_promise(reason="不用了", **act)
    with pytest.raises(asked.NotAcceptedYet):
        services.postpone_promise(due_at=now + 2 * HOUR, reason="等结果", **act)
    assert Promise.objects.get().is_open
    accept_promise(promise=promise, staff=bob, at=now)
    assert closing.keep_promise(**act).state == "kept"


def test_who_was_only_asked_and_spoke_with_the_patient_has_rung_back(
    promise: Promise, alice: Staff, bob: Staff, now: datetime
) -> None:
    hand_over_promise(promise=promise, to=bob, actor=alice.actor, at=now)
    record_attempt(promise=promise, outcome=Attempt.Outcome.REACHED, actor=bob.actor, at=now)
    assert Promise.objects.get().state == "kept"


def test_what_was_settled_anew_meanwhile_is_not_opened_by_whoever_has_read_it_before(
    promise: Promise, alice: Staff, bob: Staff, now: datetime
) -> None:
    closing.keep_promise(promise=promise, actor=alice.actor, at=now)
    seen_before = Promise.objects.get(pk=promise.pk)
    reopen_promise(promise=promise, reason="没说清", actor=bob.actor, at=now)
    closing.keep_promise(promise=promise, actor=bob.actor, at=now + HOUR)
    with pytest.raises(PromiseHasChanged):
        reopen_promise(promise=seen_before, reason="登错人", actor=alice.actor, at=now + 2 * HOUR)
    assert Promise.objects.get().ended_at == now + HOUR


def test_only_what_is_settled_as_it_was_read_is_opened_again(promise: Promise, alice: Staff, now: datetime) -> None:
    again: dict[str, Any] = {"reason": "登错人", "actor": alice.actor, "at": now}
    with pytest.raises(PromiseHasChanged):
        reopen_promise(promise=Promise.objects.get(), **again)
    closing.keep_promise(promise=promise, actor=alice.actor, at=now)
    seen_before = Promise.objects.get()
    reopen_promise(promise=promise, **again)
    closing.withdraw_promise(promise=promise, reason="不用了", actor=alice.actor, at=now)  # in the same moment
    with pytest.raises(PromiseHasChanged):
        reopen_promise(promise=seen_before, **again)
    assert Promise.objects.get().state == "withdrawn"
