"""Made-up courses of a few calls with one person: logged, voided, written anew, in any order and more than once.

What holds after every step: nothing is overwritten, what counts no longer promises and settles nothing, and the
person's story tells the same as the calls. Mission B1, B4.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run

from accounts.models import Staff
from consult import rules
from consult.models import Call
from consult.services.calls import log_call
from consult.services.corrections import correct_call
from consult.services.promised import Promised
from consult.services.records import CallRecord, TopicRecord
from consult.services.voids import void_call
from hospital_crm.lib.errors import DomainError
from institution.models import ReferenceItem
from patients.models import TimelineEntry
from promises.models import Promise
from promises.services.closing import keep_promise
from tests import make
from tests.made_up import FEW

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ENDINGS = st.sampled_from(("answered", "ring_back", "silent"))
WHO = st.sampled_from(("alice", "dana"))  # who takes the calls, and who leads
ANY = st.integers(0, 9)


@dataclass
class Cast:
    people: dict[str, Staff]
    begins: datetime


class Course(RuleBasedStateMachine):
    cast: Cast

    def __init__(self) -> None:
        super().__init__()
        self.now, self.people = self.cast.begins, deepcopy(self.cast.people)
        self.undone = ExitStack()
        self.undone.enter_context(transaction.atomic())
        self.kept_by_hand: set[int] = set()

    @initialize()
    def begin(self) -> None:
        """Somebody is to be rung back, and somebody to look into something."""
        self.patient = make.patient("张桂兰", "13800001234", at=self.now)
        for kind in ("ring_back", "look_into"):
            make.promise(self.patient, owner=self.people["alice"], kind=kind, at=self.now)
        self.topic = ReferenceItem.objects.get(list__code="call_topic", code="fee")

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undone.close()

    def record(self, ending: str) -> CallRecord:
        promised = Promised(Promise.Kind.RING_BACK, self.now + HOUR, self.people["alice"])
        return CallRecord(
            Call.Disposition(ending),
            self.now,
            self.now,
            topics=[TopicRecord(self.topic)] if rules.was_spoken(ending) else [],
            person=self.patient,
            promised=promised if ending == "ring_back" else None,
        )

    def act(self, step: Callable[[], object]) -> bool:
        """Whether it was done."""
        self.now += MINUTE
        try:
            with transaction.atomic():
                step()
        except DomainError:
            return False
        return True

    def call(self, which: int) -> Call:
        calls = list(Call.objects.order_by("pk"))
        return calls[which % len(calls)]

    @rule(ending=ENDINGS, settles_all=st.sampled_from((True, True, False)))
    def log(self, ending: str, settles_all: bool) -> None:
        record, alice = self.record(ending), self.people["alice"]
        if settles_all and rules.was_spoken(ending):
            record = replace(record, settles=list(Promise.objects.open()))
        assert self.act(lambda: log_call(record=record, staff=alice, at=self.now))

    @precondition(lambda self: Call.objects.exists())
    @rule(which=ANY, who=WHO)
    def void(self, which: int, who: str) -> None:
        call, staff = self.call(which), self.people[who]
        was_voided = call.is_voided
        assert self.act(lambda: void_call(call=call, reason="登错", staff=staff, at=self.now)) != was_voided

    @precondition(lambda self: Call.objects.exists())
    @rule(which=ANY, ending=ENDINGS, who=WHO)
    def write_anew(self, which: int, ending: str, who: str) -> None:
        call, staff, number = self.call(which), self.people[who], Call.objects.count()
        record, was_voided = self.record(ending), call.is_voided
        done = self.act(lambda: correct_call(call=call, record=record, reason="改错", staff=staff, at=self.now))
        assert Call.objects.count() == number + done
        assert not (done and was_voided)

    @precondition(lambda self: Promise.objects.open().exists())
    @rule(which=ANY)
    def keep(self, which: int) -> None:
        """By whoever owes it, without a call."""
        owed = list(Promise.objects.open().order_by("pk"))
        promise = owed[which % len(owed)]
        self.act(lambda: keep_promise(promise=promise, actor=self.people["alice"].actor, at=self.now))
        self.kept_by_hand.add(promise.pk)

    @invariant()
    def a_call_that_counts_no_longer_says_why_and_is_replaced_once(self) -> None:
        for call in Call.objects.all():
            assert call.is_voided == bool(call.void_reason)
            assert Call.objects.filter(replaces=call).count() <= 1
            assert call.replaces is None or call.replaces.is_voided

    @invariant()
    def what_is_owed_was_promised_by_a_call_that_counts_or_before(self) -> None:
        for promise in Promise.objects.open():
            made_by = Call.objects.filter(promise=promise)
            assert not made_by.exists() or made_by.standing().exists()

    @invariant()
    def what_was_settled_was_settled_by_a_call_that_counts_or_by_hand(self) -> None:
        for promise in Promise.objects.filter(state=Promise.State.KEPT):
            assert promise.pk in self.kept_by_hand or promise.settled_by.standing().exists()

    @invariant()
    def the_story_is_crossed_out_where_the_call_is(self) -> None:
        for entry in TimelineEntry.objects.filter(kind="consult.call"):
            assert (entry.struck_at is not None) == Call.objects.get(pk=entry.source_id or 0).is_voided


COURSES = settings(FEW, max_examples=10, stateful_step_count=12, phases=[Phase.generate])


def test_on_no_course_does_a_call_that_was_voided_count(alice: Staff, dana: Staff, now: datetime) -> None:
    cast = Cast({"alice": alice, "dana": dana}, now)
    run(type("CourseOfThisHospital", (Course,), {"cast": cast}), settings=COURSES)
