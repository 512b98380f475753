"""Made-up courses of some messages, longer than anybody walks: none is lost, and none sent twice unknowingly.

Workers die between any two steps, the other side does what it likes, people decide, reasons end, and time goes by; all
of it also while a message is under way. `test_deliver_due.py` and `test_recover.py` tell each step by itself.
Missions B4, D5.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, suppress
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from unittest import mock

from django.db import transaction
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts.models import Actor, Staff
from accounts.services.leaving import reactivate_staff
from hospital_crm.lib.errors import DomainError
from institution.models import Setting
from messaging.models import Channel, Hold, Message, MessageClass
from messaging.services.delivery import deliver_due
from messaging.services.gateways import GATEWAYS
from messaging.services.holds import lift_holds, place_hold
from messaging.services.limits import limits
from messaging.services.outbox import cancel_messages
from messaging.services.recovery import requeue_stuck, settle_unanswered
from messaging.services.settling import Outcome, cancel_message, retry_message, settle_message
from patients.models import Patient
from tests import make
from tests.made_up import FEW
from tests.messaging.make import message
from tests.messaging.unruly import ANSWERS, ERRORS, Answer, Killed, Unruly

MINUTES = st.sampled_from((0, 1, 3, 5, 20, 90))
VALID = st.sampled_from((900, 100, 600, 2))
SOURCES = st.sampled_from(("test:0", "test:1"))
TAKES = st.sampled_from((0, 3, None, 1))  # minutes; after three it seems to have been left behind
ANSWERED = st.lists(st.tuples(TAKES, st.sampled_from(ANSWERS)), min_size=1, max_size=4)
DIES = st.none() | st.integers(0, 12)
PICK = st.integers(0, 3)
# Where a message may go by itself, and where somebody may move it.
BY_ITSELF = {
    "queued": "claimed cancelled",
    "claimed": "queued handed_over withheld expired failed cancelled",
    "handed_over": "sent failed unknown queued cancelled",
}
BY_SOMEBODY = {
    "queued": "cancelled",
    "claimed": "cancelled",
    "unknown": "queued sent failed",
    "failed": "queued cancelled",
}
OVER = {"sent", "withheld", "cancelled", "expired"}


def reached(state: str) -> set[str]:
    """By itself, in however many steps."""
    found, new = {state}, {state}
    while new:
        new = {after for before in new for after in BY_ITSELF.get(before, "").split()} - found
        found |= new
    return found


@dataclass
class Cast:
    staff: Staff
    patient: Patient
    system: Actor
    begins: datetime


class Course(RuleBasedStateMachine):
    """Every rule is one thing that workers, people or the clock do."""

    cast: Cast

    def __init__(self) -> None:
        super().__init__()
        self.staff, self.patient = deepcopy(self.cast.staff), self.cast.patient
        self.system, self.now = self.cast.system, self.cast.begins
        self.unruly = Unruly(lambda: self.now, self.meanwhile, self.objection)
        self.before: dict[int, str] = {}
        self.rounds: Counter[int] = Counter()
        self.ends: str | None = None
        self.not_needed: set[int] = set()
        self.undone = ExitStack()
        whole = transaction.atomic()
        whole._from_testcase = True  # type: ignore[attr-defined]  # as any test's own: claims are durable inside it
        self.undone.enter_context(whole)
        self.undone.enter_context(mock.patch.dict(GATEWAYS, {Channel.EMAIL: lambda: self.unruly}))

    @initialize(to_staff=st.lists(st.booleans(), min_size=2, max_size=4), valid=VALID)
    def begin(self, to_staff: list[bool], valid: int) -> None:
        Setting.objects.filter(key="messaging.retries").update(value=1)
        self.limits = limits()
        for number, each in enumerate(to_staff):
            self.queue(each, f"test:{number % 2}", 0, valid)

    def teardown(self) -> None:
        try:
            self.everything_comes_to_an_end()
        finally:
            transaction.set_rollback(True)
            self.undone.close()

    @rule(to_staff=st.booleans(), source=SOURCES, wait=MINUTES, valid=VALID)
    def queue(self, to_staff: bool, source: str, wait: int, valid: int) -> None:
        send_at = self.now + timedelta(minutes=wait)
        row = message(
            self.staff if to_staff else self.patient,
            self.now,
            channel=Channel.EMAIL,
            source=source,
            send_at=send_at,
            expires_at=send_at + timedelta(minutes=valid),
        )
        self.before[row.pk] = "queued"
        self.rounds[row.pk] = 1

    @rule(minutes=MINUTES, answers=ANSWERED, dies=DIES, ends=SOURCES | st.none())
    def work(self, minutes: int, answers: list[Answer], dies: int | None, ends: str | None) -> None:
        """A worker sends what is due. It may be killed whenever it looks at the clock, which it does at every step;
        while it waits for an answer a reason may end.
        """
        self.now += timedelta(minutes=minutes)
        self.unruly.answers, self.ends, looks = list(answers), ends, iter(range(1_000))

        def clock() -> datetime:
            if next(looks) == dies:
                raise Killed
            return self.now

        with suppress(Killed):
            deliver_due(now=clock)
        self.moved(reached)

    def meanwhile(self, length: timedelta) -> None:
        """Another worker finds what this one seems to have left behind, and goes on."""
        self.now += length
        if self.ends:
            self.reason_ends(self.ends)
        self.recover()
        deliver_due(now=lambda: self.now)

    @rule(minutes=TAKES, answer=st.sampled_from(tuple(ERRORS)), ends=SOURCES | st.none())
    def have_a_bad_day(self, minutes: int | None, answer: str, ends: str | None) -> None:
        """The same answer to everything, until a person must see it."""
        for _ in range(self.limits.retries + 2):
            self.now += timedelta(minutes=3)
            self.recover()
            self.work(2, [(minutes, answer)] * len(self.before), None, ends)

    def recover(self) -> None:
        requeue_stuck(at=self.now)
        settle_unanswered(at=self.now)
        self.moved(reached)

    @rule()
    def what_was_on_the_way_arrives(self) -> None:
        self.unruly.arrived += self.unruly.on_the_way
        self.unruly.on_the_way.clear()

    @rule(pick=PICK, gives_up=st.booleans())
    def somebody_settles(self, pick: int, gives_up: bool) -> None:
        """Whoever asks the other side is told what has arrived so far."""

        def settle(row: Message) -> None:
            outcome = Outcome.GIVEN_UP if gives_up else Outcome.AGAIN
            outcome = Outcome.ARRIVED if self.unruly.arrived[row.pk] else outcome
            settle_message(message=row, outcome=outcome, actor=self.system, at=self.now)
            self.rounds[row.pk] += outcome == Outcome.AGAIN

        self.decide(pick, settle, "unknown")

    @rule(pick=PICK)
    def somebody_retries(self, pick: int) -> None:
        def retry(row: Message) -> None:
            retry_message(message=row, actor=self.system, at=self.now)
            self.rounds[row.pk] += 1

        self.decide(pick, retry, "failed")

    @rule(pick=PICK)
    def somebody_cancels(self, pick: int) -> None:
        self.decide(pick, lambda row: cancel_message(message=row, actor=self.system, at=self.now))

    @rule(source=SOURCES)
    def reason_ends(self, source: str) -> None:
        self.not_needed |= set(Message.objects.filter(source=source).values_list("pk", flat=True))
        cancel_messages(source=source, actor=self.system, at=self.now)
        self.moved(lambda state: reached(state) | ({"cancelled"} & set(BY_SOMEBODY.get(state, "").split())))

    @rule(is_colleague=st.booleans())
    def somebody_is_out_of_reach_or_back(self, is_colleague: bool) -> None:
        """A colleague leaves; a patient asks for silence. Work goes on."""
        asked, classes = Hold.Reason.REQUEST, [MessageClass.SERVICE]
        if is_colleague and self.staff.is_active:
            make.left(self.staff)
        elif is_colleague:
            reactivate_staff(staff=self.staff, actor=self.system, at=self.now)
        elif not lift_holds(source="x", actor=self.system, at=self.now):
            place_hold(patient=self.patient, classes=classes, reason=asked, source="x", actor=self.system, at=self.now)
        self.work(2, [], None, None)

    def decide(self, pick: int, step: Callable[[Message], object], state: str = "") -> None:
        """Somebody acts on one message, for which it is meant if there is one; what is refused changes nothing."""
        rows = list(Message.objects.order_by("pk"))
        rows = [row for row in rows if row.state == state] or rows
        row = rows[pick % len(rows)]
        try:
            step(row)
        except DomainError:
            self.moved(lambda state: {state})
        else:
            self.moved(lambda state: {state, *BY_SOMEBODY.get(state, "").split()})

    def moved(self, allowed: Callable[[str], set[str]]) -> None:
        """None is gone, and each has gone no way that is not its own."""
        rows = dict(Message.objects.values_list("pk", "state"))
        assert rows.keys() == self.before.keys()
        for pk, state in rows.items():
            assert state in allowed(self.before[pk]), (self.before[pk], state)
        self.before = rows

    def objection(self, sent: Message) -> str:
        """Whatever stands against a message was noticed before it is sent, down to this very moment."""
        row = Message.objects.get(pk=sent.pk)
        stands = {
            "not handed over": (row.state, row.claim) != ("handed_over", sent.claim),
            "not needed any more": row.pk in self.not_needed,
            "too late": self.now >= row.expires_at,
            "to somebody who has left": row.staff_id and not self.staff.is_active,
            "to somebody who asked for silence": row.patient_id and Hold.objects.open().exists(),
        }
        return next((reason for reason, is_so in stands.items() if is_so), "")

    @invariant()
    def none_is_sent_that_may_not_be(self) -> None:
        assert self.unruly.wrong == []

    @invariant()
    def none_is_sent_twice_unknowingly(self) -> None:
        for row in Message.objects.all():
            came = self.unruly.arrived[row.pk]
            assert came <= 1 or row.in_doubt
            assert came <= self.rounds[row.pk] or row.staff_id, "of others a person is asked first"
            assert came or row.state != "sent"
            assert not came or row.in_doubt or row.state != "failed" or row.reason == "not_arrived"  # so it was said

    @invariant()
    def none_is_tried_without_end(self) -> None:
        for row in Message.objects.all():
            most = self.limits.retries + 1
            assert row.attempts <= most
            assert self.unruly.tried[row.pk] <= most * self.rounds[row.pk]

    def everything_comes_to_an_end(self) -> None:
        """All is well again: whatever is not over is for a person to see."""
        for _ in range(3 * (self.limits.retries + 2)):
            self.now += timedelta(minutes=45)
            self.recover()
            self.work(0, [], None, None)
            if set(self.before.values()) <= OVER | {"failed", "unknown"}:
                break
        self.what_was_on_the_way_arrives()
        assert set(self.before.values()) <= OVER | {"failed", "unknown"}
        self.none_is_sent_twice_unknowingly()


COURSES = settings(FEW, max_examples=60, stateful_step_count=12, phases=[Phase.generate])


def test_on_no_course_is_a_message_lost_or_sent_twice_unknowingly(alice: Staff, system: Actor, now: datetime) -> None:
    cast = Cast(alice, make.patient("张桂兰"), system, now)
    run_state_machine_as_test(type("CourseOfThisHospital", (Course,), {"cast": cast}), settings=COURSES)
