"""What is late is told to the owner, then to the head, then to the nearest manager; each level once. Mission B4."""

from datetime import datetime, timedelta

import pytest

from accounts.models import Actor, Staff
from accounts.services.absences import record_absence
from messaging.models import Message
from promises.models import Promise
from promises.services import closing
from promises.services import promises as services
from promises.services.escalation import escalate_late
from promises.services.ownership import take_promise
from promises.services.reassigning import reassign_promise
from tests import make

DUE = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
MOMENT = timedelta(seconds=1)  # what is kept in the very minute is in time


@pytest.fixture
def head(alice: Staff) -> Staff:
    person = make.staff("gina", "doctor", department=alice.department)
    make.head(alice.department, person)
    return person


@pytest.fixture
def promise(alice: Staff, now: datetime) -> Promise:
    return make.promise(owner=alice, at=now)


def told(kind: str) -> set[str]:
    notes = Message.objects.filter(kind=f"promises.{kind}", state="queued", channel="in_app")
    return set(notes.values_list("staff__username", flat=True))


def away(staff: Staff, now: datetime, deputy: Staff | None = None) -> None:
    record_absence(staff=staff, starts_on=now.date(), ends_on=now.date(), deputy=deputy, actor=staff.actor, at=now)


@pytest.mark.parametrize(
    ("minutes", "why"),
    [(0, ["", ""]), (30, ["", ""]), (31, ["", "unowned"]), (60, ["", "unowned"]), (61, ["due", "due"])],
)
def test_a_row_calls_late_what_the_lists_count_as_late(
    alice: Staff, now: datetime, minutes: int, why: list[str]
) -> None:
    owned, unowned = make.promise(owner=alice, at=now), make.promise(team=make.team("热线组", alice), at=now)
    kept = make.promise(owner=alice, at=now)
    closing.keep_promise(promise=kept, actor=alice.actor, at=now)
    at = now + minutes * MINUTE
    assert [promise.lateness(at) for promise in (owned, unowned, kept)] == [*why, ""]
    assert set(Promise.objects.late(at)) == {promise for promise in (owned, unowned) if promise.lateness(at)}


def test_nobody_is_troubled_before_it_is_late(promise: Promise, head: Staff, system: Actor, now: datetime) -> None:
    assert escalate_late(actor=system, at=now + DUE + 5 * MINUTE) == 0


def test_each_level_has_its_time_and_its_people(
    promise: Promise, alice: Staff, head: Staff, dana: Staff, system: Actor, now: datetime
) -> None:
    assert escalate_late(actor=system, at=now + DUE + 5 * MINUTE + MOMENT) == 1
    assert (told("late1"), told("late2")) == ({"alice"}, set())
    assert escalate_late(actor=system, at=now + DUE + 30 * MINUTE + MOMENT) == 1
    assert (told("late2"), told("late3")) == ({"gina"}, set())
    assert escalate_late(actor=system, at=now + DUE + 120 * MINUTE + MOMENT) == 1
    assert told("late3") == {"dana"}
    promise.refresh_from_db()
    assert promise.escalation_level == 3


def test_the_history_says_whom_each_level_went_to(
    promise: Promise, alice: Staff, head: Staff, dana: Staff, system: Actor, now: datetime
) -> None:
    escalate_late(actor=system, at=now + 10 * DUE)
    steps = promise.events.filter(verb="escalated").order_by("level")
    assert [step.staff for step in steps] == [alice, head, dana]


def test_the_history_says_that_a_whole_team_was_told(alice: Staff, bob: Staff, system: Actor, now: datetime) -> None:
    team = make.team("热线组", alice, bob)
    shared = make.promise(team=team, at=now)
    escalate_late(actor=system, at=now + 35 * MINUTE + MOMENT)
    step = shared.events.get(verb="escalated")
    assert (step.staff, step.team) == (None, team)


def test_of_several_managers_the_history_names_none_for_the_others(
    promise: Promise, alice: Staff, dana: Staff, system: Actor, now: datetime
) -> None:
    make.staff("dora", "manager", department=dana.department)
    escalate_late(actor=system, at=now + 10 * DUE)
    assert told("late3") == {"dana", "dora"}
    assert promise.events.get(level=3).staff is None


def test_each_level_comes_once(promise: Promise, head: Staff, dana: Staff, system: Actor, now: datetime) -> None:
    late = now + DUE + 10 * DUE
    assert escalate_late(actor=system, at=late) == 3
    assert escalate_late(actor=system, at=late) == 0
    assert Message.objects.filter(kind="promises.late1", channel="in_app").count() == 1


def test_postponed_it_begins_anew(promise: Promise, alice: Staff, system: Actor, now: datetime) -> None:
    late = now + DUE + 5 * MINUTE + MOMENT
    escalate_late(actor=system, at=late)
    promise.refresh_from_db()
    services.postpone_promise(promise=promise, due_at=late + DUE, reason="x", actor=alice.actor, at=late)
    assert told("late1") == set()
    assert escalate_late(actor=system, at=late + DUE) == 0
    assert escalate_late(actor=system, at=late + DUE + 5 * MINUTE + MOMENT) == 1


def test_who_stands_in_is_told_instead_of_who_is_away(
    promise: Promise, alice: Staff, bob: Staff, system: Actor, now: datetime
) -> None:
    away(alice, now, deputy=bob)
    escalate_late(actor=system, at=now + DUE + 5 * MINUTE + MOMENT)
    assert told("late1") == {"bob"}


def test_the_absent_and_the_person_concerned_are_skipped(
    alice: Staff, bob: Staff, head: Staff, dana: Staff, system: Actor, now: datetime
) -> None:
    make.head(alice.department, head, deputy=bob)
    away(head, now)
    make.promise(owner=alice, at=now, excluded=[dana])
    above = make.promise(owner=alice, at=now, excluded=[bob])
    escalate_late(actor=system, at=now + 10 * DUE)
    assert told("late2") == {"bob"}
    assert Message.objects.filter(kind="promises.late2", source=above.key).count() == 0
    assert set(Message.objects.filter(kind="promises.late3").values_list("source", flat=True)) == {above.key}


def test_the_manager_may_sit_further_up_the_tree(system: Actor, dana: Staff, now: datetime) -> None:
    below = make.department("眼底病组", "Retina", parent=dana.department)
    owner = make.staff("hugo", "consultant", department=below)
    make.promise(owner=owner, at=now)
    escalate_late(actor=system, at=now + 10 * DUE)
    assert told("late3") == {"dana"}


def test_of_several_above_the_nearest_is_told(alice: Staff, dana: Staff, system: Actor, now: datetime) -> None:
    below = make.department("眼底病组", "Retina", parent=alice.department)
    near, lead = make.staff("gina", "manager", department=below), make.staff("hugo", "doctor", department=below)
    make.head(alice.department, alice)
    make.head(below, lead)
    make.promise(owner=make.staff("ida", "consultant", department=below), at=now)
    escalate_late(actor=system, at=now + 10 * DUE)
    assert (told("late2"), told("late3")) == ({lead.username}, {near.username})


def test_what_nobody_has_taken_is_told_to_the_team(alice: Staff, bob: Staff, system: Actor, now: datetime) -> None:
    make.promise(team=make.team("热线组", alice, bob), at=now, due_at=now + 5 * DUE)
    escalate_late(actor=system, at=now + 35 * MINUTE + MOMENT)
    assert told("unowned1") == {"alice", "bob"}
    assert told("late1") == set()  # its time is hours away


def test_what_nobody_has_taken_by_its_time_is_told_as_late(
    alice: Staff, bob: Staff, system: Actor, now: datetime
) -> None:
    make.promise(team=make.team("热线组", alice, bob), at=now, due_at=now + 10 * MINUTE)
    escalate_late(actor=system, at=now + 15 * MINUTE + MOMENT)
    assert (told("late1"), told("unowned1")) == ({"alice", "bob"}, set())


def test_more_than_one_turn_can_raise_are_raised_turn_by_turn(
    alice: Staff, system: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("promises.services.escalation.BATCH", 1)
    for _ in range(2):
        make.promise(owner=alice, at=now)
    late = now + DUE + 5 * MINUTE + MOMENT
    assert [escalate_late(actor=system, at=late) for _ in range(3)] == [1, 1, 0]


def test_taken_by_its_time_it_begins_anew(alice: Staff, bob: Staff, system: Actor, now: datetime) -> None:
    promise = make.promise(team=make.team("热线组", alice, bob), at=now, due_at=now + DUE)
    escalate_late(actor=system, at=now + 35 * MINUTE + MOMENT)
    promise.refresh_from_db()
    assert promise.escalation_level == 1
    take_promise(promise=promise, staff=alice, at=promise.due_at)
    assert promise.escalation_level == 0


def test_with_nobody_to_tell_the_level_still_counts(promise: Promise, system: Actor, now: datetime) -> None:
    assert escalate_late(actor=system, at=now + 10 * DUE) == 3
    assert promise.events.filter(verb="escalated").count() == 3
    assert told("late2") == told("late3") == set()


def test_whoever_takes_what_was_late_unowned_is_told_when_it_is_late_again(
    alice: Staff, bob: Staff, system: Actor, now: datetime
) -> None:
    unowned = make.promise(team=make.team("热线组", alice, bob), at=now, due_at=now + 24 * DUE)
    assert escalate_late(actor=system, at=now + 5 * DUE) == 3
    unowned.refresh_from_db()
    take_promise(promise=unowned, staff=alice, at=now + 6 * DUE)
    assert escalate_late(actor=system, at=now + 7 * DUE) == 0
    assert escalate_late(actor=system, at=now + 25 * DUE) == 2


def test_a_managers_own_is_told_further_up(dana: Staff, system: Actor, now: datetime) -> None:
    make.promise(owner=dana, at=now)
    escalate_late(actor=system, at=now + 10 * DUE)
    assert told("late3") == set()


def test_whoever_takes_what_is_late_already_troubles_nobody_again(
    alice: Staff, bob: Staff, head: Staff, system: Actor, now: datetime
) -> None:
    late = make.promise(team=make.team("热线组", alice, bob), at=now, due_at=now + DUE)
    escalate_late(actor=system, at=now + DUE + 40 * MINUTE + MOMENT)
    late.refresh_from_db()
    assert late.escalation_level == 2
    take_promise(promise=late, staff=alice, at=now + DUE + 41 * MINUTE + MOMENT)
    assert late.escalation_level == 2
    assert escalate_late(actor=system, at=now + DUE + 42 * MINUTE + MOMENT) == 0


def test_whoever_owes_it_is_not_told_once_more_as_the_head_or_a_manager(
    alice: Staff, bob: Staff, dana: Staff, system: Actor, now: datetime
) -> None:
    make.head(alice.department, alice, deputy=bob)
    make.staff("kim", "manager", "consultant", department=alice.department)
    for owner in (alice, dana):
        make.promise(owner=owner, at=now)
    escalate_late(actor=system, at=now + DUE + 120 * MINUTE + MOMENT)
    of = Message.objects.filter(state="queued", channel="in_app").values_list("staff__username", "params__promise")
    mine = dict(Promise.objects.values_list("pk", "owner__username"))
    for kind in ("late2", "late3"):
        assert not {(name, key) for name, key in of.filter(kind=f"promises.{kind}") if mine[key] == name}
    assert (told("late2"), told("late3")) == ({"alice", "bob"}, {"dana", "kim"})


@pytest.mark.parametrize("way", ["postponed", "passed on", "kept"])
def test_what_was_changed_since_it_was_read_as_late_troubles_nobody(
    promise: Promise, alice: Staff, bob: Staff, system: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    late = now + DUE + 5 * MINUTE + MOMENT
    read_before = Promise.objects.with_people().get(pk=promise.pk)
    if way == "postponed":
        services.postpone_promise(promise=promise, due_at=late + DUE, reason="x", actor=alice.actor, at=late)
    elif way == "passed on":
        reassign_promise(promise=promise, owner=bob, team=None, actor=alice.actor, at=late)
    else:
        closing.keep_promise(promise=promise, actor=alice.actor, at=late)
    monkeypatch.setattr("promises.services.escalation._due_for", lambda level, at: [read_before] if level == 1 else [])
    assert escalate_late(actor=system, at=late) == 0
    promise.refresh_from_db()
    assert (promise.escalation_level, told("late1")) == (0, set())
