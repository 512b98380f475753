"""Made-up paths of a promise, longer than anybody walks: what is promised to the patient holds after every step.

`test_never_without_owner.py` tries every step in every situation; here they follow each other,
also to the end and back.
Mission B4.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from copy import copy, deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.models import Actor, Staff, Team
from accounts.services.leaving import reactivate_staff
from followups.models import Attempt
from followups.services.attempts import record_attempt
from followups.services.voids import void_attempt
from hospital_crm.lib.errors import DomainError
from messaging.models import Message
from patients.models import AccessGrant
from promises.models import Promise
from promises.services import closing, escalation, handing_over, ownership, promises, reassigning
from promises.services.releasing import release_to_team
from promises.services.reopening import reopen_promise
from promises.services.spreading import spread_promises
from tests import make
from tests.made_up import FEW

MINUTE = timedelta(minutes=1)
PEOPLE = st.sampled_from(("alice", "bob", "dana"))
OUTCOMES = st.sampled_from(Attempt.Outcome.values)
HOURS = st.integers(1, 72)
Answer = Callable[..., Promise]
ANSWERS = st.sampled_from((handing_over.accept_promise, handing_over.decline_promise))


@dataclass
class Cast:
    """Who may do something, and the team in which two of them are."""

    people: dict[str, Staff]
    team: Team
    system: Actor
    begins: datetime


class Path(RuleBasedStateMachine):
    """One promise. Every rule is one thing that people or the clock do; what the services refuse changes nothing."""

    cast: Cast

    def __init__(self) -> None:
        super().__init__()
        self.now, self.people, self.system = self.cast.begins, deepcopy(self.cast.people), self.cast.system
        self.undone = ExitStack()
        self.undone.enter_context(transaction.atomic())
        self.has_tries = False

    @initialize(owner=PEOPLE | st.none(), asked=PEOPLE | st.none())
    def begin(self, owner: str | None, asked: str | None) -> None:
        self.promise = make.promise(owner=self.people[owner] if owner else None, team=self.cast.team, at=self.now)
        if asked and asked != owner:
            handing_over.hand_over_promise(promise=self.promise, to=self.people[asked], actor=self.system, at=self.now)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undone.close()

    def act(self, step: Callable[[Promise], object], *, renews: bool = False) -> None:
        """`renews`: the promise has another owner or another time afterwards, which makes what was queued outdated."""
        self.now += MINUTE
        before = vars_of(self.promise)
        try:
            with transaction.atomic():
                step(self.promise)
        except DomainError:
            self.promise = Promise.objects.get(pk=self.promise.pk)
            assert vars_of(self.promise) == before
        else:
            self.promise = Promise.objects.get(pk=self.promise.pk)
            assert self.promise.revision >= before["revision"] + renews
            assert self.promise.first_due_at == before["first_due_at"]
            assert not renews or self.promise.is_open

    @rule(who=PEOPLE)
    def take(self, who: str) -> None:
        staff = self.people[who]
        owes = self.promise.owner_id == staff.pk and self.promise.pending_owner_id is None
        self.act(lambda promise: ownership.take_promise(promise=promise, staff=staff, at=self.now), renews=not owes)

    @rule(who=PEOPLE, to=PEOPLE, answer=ANSWERS | st.none())
    def pass_on(self, who: str, to: str, answer: Answer | None) -> None:
        """Who is asked answers at once, or other things happen first."""
        actor, staff = self.people[who].actor, self.people[to]
        self.act(
            lambda promise: handing_over.hand_over_promise(promise=promise, to=staff, actor=actor, at=self.now),
            renews=self.promise.pending_owner_id != staff.pk,  # else perhaps asked the same before
        )
        if answer is not None:
            self.act(lambda promise: answer(promise=promise, staff=staff, at=self.now), renews=True)

    @precondition(lambda self: self.promise.pending_owner_id)
    @rule(answer=ANSWERS)
    def answer(self, answer: Answer) -> None:
        asked = next(staff for staff in self.people.values() if staff.pk == self.promise.pending_owner_id)
        self.act(lambda promise: answer(promise=promise, staff=asked, at=self.now), renews=True)

    @rule(who=PEOPLE, to=PEOPLE | st.none())
    def reassign(self, who: str, to: str | None) -> None:
        actor, owner = self.people[who].actor, self.people[to] if to else None
        team = None if owner else self.cast.team
        has_it = self.promise.owner == owner and self.promise.pending_owner is None  # nothing changes then
        self.act(
            lambda promise: reassigning.reassign_promise(
                promise=promise, owner=owner, team=team, actor=actor, at=self.now
            ),
            renews=not has_it,
        )

    @rule(among=st.sets(PEOPLE, min_size=1))
    def share_out(self, among: set[str]) -> None:
        people, actor = [self.people[name] for name in sorted(among)], self.system
        self.act(
            lambda promise: spread_promises(promises=[promise], among=people, actor=actor, at=self.now),
            renews=True,
        )

    @rule(who=PEOPLE)
    def give_back(self, who: str) -> None:
        staff, team = self.people[who], self.cast.team
        self.act(
            lambda promise: release_to_team(promise=promise, team=team, reason="x", staff=staff, at=self.now),
            renews=True,
        )

    @rule(who=PEOPLE, hours=HOURS)
    def postpone(self, who: str, hours: int) -> None:
        actor, due_at = self.people[who].actor, self.now + timedelta(hours=hours)
        self.act(
            lambda promise: promises.postpone_promise(
                promise=promise, due_at=due_at, reason="x", actor=actor, at=self.now
            ),
            renews=True,
        )

    @rule(who=PEOPLE, outcome=OUTCOMES, hours=HOURS)
    def ring(self, who: str, outcome: str, hours: int) -> None:
        actor, next_at = self.people[who].actor, self.now + timedelta(hours=hours)
        later = next_at if outcome == Attempt.Outcome.CALL_LATER else None
        self.act(
            lambda promise: record_attempt(
                promise=promise, outcome=Attempt.Outcome(outcome), next_at=later, actor=actor, at=self.now
            )
        )
        self.has_tries = self.promise.attempts.exists()

    @precondition(lambda self: self.has_tries)
    @rule(first=st.booleans())
    def void_try(self, first: bool) -> None:
        attempt = self.promise.attempts.order_by("pk" if first else "-pk")[0]
        self.act(lambda _: void_attempt(attempt=attempt, reason="x", actor=self.system, at=self.now))

    @precondition(lambda self: self.promise.is_open)
    @rule(who=PEOPLE, is_kept=st.booleans())
    def end(self, who: str, is_kept: bool) -> None:
        actor = self.people[who].actor
        if is_kept:
            self.act(lambda promise: closing.keep_promise(promise=promise, actor=actor, at=self.now))
        else:
            self.act(lambda promise: closing.withdraw_promise(promise=promise, reason="x", actor=actor, at=self.now))

    @precondition(lambda self: not self.promise.is_open)
    @rule(again=st.booleans())
    def reopen(self, again: bool) -> None:
        """It had ended by mistake; perhaps somebody else finds so too."""
        actor, settled = self.system, copy(self.promise)
        self.act(lambda _: reopen_promise(promise=settled, reason="x", actor=actor, at=self.now), renews=True)
        if again:
            self.act(lambda _: reopen_promise(promise=settled, reason="x", actor=actor, at=self.now))

    @rule(who=PEOPLE, is_released=st.booleans())
    def leave_or_come_back(self, who: str, is_released: bool) -> None:
        """The task that releases what they owed comes at once, or other things happen first."""
        staff = self.people[who]
        if staff.is_active:
            self.act(lambda _: make.left(staff))
        else:
            self.act(lambda _: reactivate_staff(staff=staff, actor=self.system, at=self.now))
        if is_released:
            self.act(lambda _: reassigning.release_promises(actor=self.system, at=self.now))

    @rule(hours=HOURS)
    def time_goes_by(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        self.act(lambda _: escalation.escalate_late(actor=self.system, at=self.now))

    @invariant()
    def somebody_owes_it_until_it_is_over(self) -> None:
        promise = self.promise
        assert promise.due_at is not None
        assert promise.is_open == (promise.ended_at is None)
        if promise.is_open:
            assert promise.owner_id or promise.team_id
            assert promise.late_at <= promise.due_at
            assert (promise.unowned_since is None) == (promise.owner_id is not None)
        else:
            assert promise.pending_owner_id is None
        assert promise.pending_owner_id != promise.owner_id or promise.owner_id is None

    @invariant()
    def it_opens_the_patient_to_whoever_owes_it_and_nobody_else(self) -> None:
        promise = self.promise
        opened = list(AccessGrant.objects.open().filter(source=promise.key).values_list("staff", "team"))
        owner: Any = (promise.owner_id, None) if promise.owner_id else (None, promise.team_id)
        assert opened == ([owner] if promise.is_open else [])

    @invariant()
    def only_whoever_owes_it_is_reminded_of_the_time_that_holds(self) -> None:
        promise = self.promise
        waiting = Message.objects.filter(source=promise.key, state="queued", kind__in=REMINDERS)
        for staff, due, key in waiting.values_list("staff", "params__due", "dedupe_key"):
            assert promise.is_open
            assert (staff, datetime.fromisoformat(due)) == (promise.owner_id, promise.due_at)
            assert key.startswith(f"{promise.key}:r{promise.revision}:")


# As found, for a path of a dozen steps can be read, and to find a shorter one takes minutes.
PATHS = settings(FEW, max_examples=6, stateful_step_count=9, phases=[Phase.generate])
REMINDERS = ("promises.ahead", "promises.due")


def vars_of(promise: Promise) -> dict[str, Any]:
    return {name: value for name, value in vars(promise).items() if not name.startswith("_")}


def test_on_no_path_is_a_promise_forgotten(alice: Staff, bob: Staff, dana: Staff, system: Actor, now: datetime) -> None:
    people = {staff.username: staff for staff in (alice, bob, dana)}
    cast = Cast(people, make.team("热线组", alice, bob, lead=alice), system, now)
    path = type("PathOfThisHospital", (Path,), {"cast": cast})
    run_state_machine_as_test(path, settings=PATHS)
