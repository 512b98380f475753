"""Whatever is done to a promise in whatever order: while it is open somebody owes it and it is due. Mission B4."""

from collections.abc import Callable
from copy import copy
from datetime import datetime, timedelta
from itertools import product

from django.db import transaction

from accounts.models import Actor, Staff, Team
from followups.models import Attempt
from followups.services.attempts import record_attempt
from hospital_crm.lib.errors import DomainError
from promises.models import Promise
from promises.services import escalation, handing_over, ownership, promises, reassigning
from promises.services.releasing import release_to_team
from promises.services.spreading import spread_promises
from tests import make

Step = Callable[[Promise, Staff, datetime], object]
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LATE = HOUR + 10 * MINUTE

# All that leaves it open, or should.
STEPS: dict[str, Step] = {
    "take": lambda promise, staff, at: ownership.take_promise(promise=promise, staff=staff, at=at),
    "pass on": lambda promise, staff, at: handing_over.hand_over_promise(
        promise=promise, to=staff, actor=make.by(), at=at
    ),
    "accept": lambda promise, staff, at: handing_over.accept_promise(promise=promise, staff=staff, at=at),
    "decline": lambda promise, staff, at: handing_over.decline_promise(promise=promise, staff=staff, at=at),
    "postpone": lambda promise, staff, at: promises.postpone_promise(
        promise=promise, due_at=at + HOUR, reason="x", actor=staff.actor, at=at
    ),
    "try": lambda promise, staff, at: record_attempt(
        promise=promise, outcome=Attempt.Outcome.NO_ANSWER, actor=staff.actor, at=at
    ),
    "give back": lambda promise, staff, at: release_to_team(
        promise=promise, team=promise.team or Team(), reason="x", staff=staff, at=at
    ),
    "share out": lambda promise, staff, at: spread_promises(
        promises=[promise], among=[staff], actor=staff.actor, at=at
    ),
    "leave": lambda promise, staff, at: make.left(staff),
    "release": lambda promise, staff, at: reassigning.release_promises(actor=staff.actor, at=at),
    "escalate": lambda promise, staff, at: escalation.escalate_late(actor=staff.actor, at=at + LATE),
}
PERSONAL = {"take", "pass on", "accept", "decline", "give back", "share out"}  # it matters who does it
MOVES = PERSONAL | {"postpone"}  # each a new time or another owner
BESIDE = {"try", "escalate"}  # to them it is nothing who is asked
TURNS = [(name, who) for name in STEPS for who in ("alice", "bob") if who == "alice" or name in PERSONAL | {"leave"}]


def test_no_path_leaves_an_open_promise_without_owner_or_time(
    alice: Staff, bob: Staff, system: Actor, now: datetime
) -> None:
    """Every step in every situation that any steps lead to."""
    seen: set[tuple[str, str]] = set()

    def walk(promise: Promise, at: datetime) -> None:
        seen.add(situation(promise))
        people = {staff.username: staff for staff in Staff.objects.filter(pk__in=[alice.pk, bob.pk])}
        for name, who in TURNS:
            if promise.pending_owner_id and name in BESIDE:
                continue
            with transaction.atomic():
                if attempted(STEPS[name], copy(promise), copy(people[who]), at):
                    after = Promise.objects.select_related("owner", "pending_owner").get(pk=promise.pk)
                    assert not after.is_open or after.owner_id or after.team_id, name
                    assert after.due_at is not None, name
                    moves = name in MOVES and not is_so_already(name, promise, people[who])
                    assert after.revision >= promise.revision + moves, name
                    if after.is_open and situation(after) not in seen:
                        walk(after, at + MINUTE)
                transaction.set_rollback(True)

    walk(make.promise(team=make.team("热线组", alice, bob), at=now), now)
    assert seen == set(product(("nobody", "here", "gone"), repeat=2))


def is_so_already(name: str, promise: Promise, staff: Staff) -> bool:
    """It was done before: whoever owes it takes or accepts it once more, is asked again, or has declined already."""
    if name == "pass on":
        return promise.pending_owner == staff
    if name == "decline":
        return promise.pending_owner is None
    return name in {"take", "accept"} and promise.owner == staff and promise.pending_owner is None


def situation(promise: Promise) -> tuple[str, str]:
    """Who owes it and who is asked to."""
    return being(promise.owner), being(promise.pending_owner)


def being(person: Staff | None) -> str:
    return "nobody" if person is None else "here" if person.is_active else "gone"


def attempted(step: Step, promise: Promise, staff: Staff, at: datetime) -> bool:
    try:
        step(promise, staff, at)
    except DomainError:
        return False
    return True
