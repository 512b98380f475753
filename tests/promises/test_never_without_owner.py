"""Whatever is done to a promise in whatever order: while it is open somebody owes it and it is due. Mission B4."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Actor, Staff, Team
from followups.models import Attempt
from followups.services.attempts import record_attempt
from hospital_crm.lib.errors import DomainError
from promises.models import Promise
from promises.services import escalation, ownership, promises
from promises.services.releasing import release_to_team
from promises.services.spreading import spread_promises
from tests import make

Step = Callable[[Promise, Staff, datetime], object]
HOUR = timedelta(hours=1)

STEPS: dict[str, Step] = {
    "take": lambda promise, staff, at: ownership.take_promise(promise=promise, staff=staff, at=at),
    "pass on": lambda promise, staff, at: ownership.hand_over_promise(
        promise=promise, to=staff, actor=staff.actor, at=at
    ),
    "accept": lambda promise, staff, at: ownership.accept_promise(promise=promise, staff=staff, at=at),
    "decline": lambda promise, staff, at: ownership.decline_promise(promise=promise, staff=staff, at=at),
    "postpone": lambda promise, staff, at: promises.postpone_promise(
        promise=promise, due_at=at + HOUR, reason="x", actor=staff.actor, at=at
    ),
    "try": lambda promise, staff, at: record_attempt(
        promise=promise, outcome=Attempt.Outcome.NO_ANSWER, actor=staff.actor, at=at
    ),
    "keep": lambda promise, staff, at: promises.keep_promise(promise=promise, actor=staff.actor, at=at),
    "withdraw": lambda promise, staff, at: promises.withdraw_promise(
        promise=promise, reason="x", actor=staff.actor, at=at
    ),
    "give back": lambda promise, staff, at: release_to_team(
        promise=promise, team=promise.team or Team(), reason="x", staff=staff, at=at
    ),
    "share out": lambda promise, staff, at: spread_promises(
        promises=[promise], among=[staff], actor=staff.actor, at=at
    ),
    "leave": lambda promise, staff, at: make.left(staff),
    "release": lambda promise, staff, at: ownership.release_promises(actor=staff.actor, at=at),
    "escalate": lambda promise, staff, at: escalation.escalate_late(actor=staff.actor, at=at + 2 * HOUR),
}
MOVES = {
    "take",
    "pass on",
    "accept",
    "decline",
    "postpone",
    "give back",
    "share out",
}  # each a new time or another owner


def test_no_path_leaves_an_open_promise_without_owner_or_time(
    alice: Staff, bob: Staff, system: Actor, now: datetime
) -> None:
    people = {"alice": alice, "bob": bob}

    @settings(max_examples=20, deadline=None, derandomize=True)
    @given(st.booleans(), st.lists(st.tuples(st.sampled_from(list(STEPS)), st.sampled_from(list(people))), max_size=7))
    def walk(is_taken: bool, steps: list[tuple[str, str]]) -> None:
        with transaction.atomic():
            line = make.team("热线组", alice, bob)
            promise = make.promise(owner=alice if is_taken else None, team=line, at=now)
            for minutes, (name, who) in enumerate(steps):
                before = Promise.objects.get(pk=promise.pk)
                done = attempted(STEPS[name], before, Staff.objects.get(pk=people[who].pk), now + minutes * HOUR / 60)
                after = Promise.objects.get(pk=promise.pk)
                assert not after.is_open or after.owner_id or after.team_id
                assert after.due_at is not None
                assert (
                    (after.revision > promise.revision)
                    if done and name in MOVES
                    else after.revision >= promise.revision
                )
                promise = after
            transaction.set_rollback(True)

    walk()


def attempted(step: Step, promise: Promise, staff: Staff, at: datetime) -> bool:
    try:
        with transaction.atomic():
            step(promise, staff, at)
    except DomainError:
        return False
    return True
