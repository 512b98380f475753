"""Taken from the team, passed on and accepted, reassigned from above, released by who has left. Mission B4, B9."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.access import Role
from accounts.models import Staff, Team
from accounts.services.absences import record_absence
from accounts.services.staff import update_staff
from messaging.models import Message
from patients.models import AccessGrant
from promises.models import Promise
from promises.services import handing_over, reassigning
from promises.services import ownership as services
from promises.services.changes import PromiseHasChanged
from promises.services.closing import keep_promise
from promises.services.keepers import CannotTakeOver, NobodyOwns
from promises.services.promises import postpone_promise
from promises.services.releasing import NobodyToPassOnTo, pass_on_promise, release_to_team
from tests import make

HOUR = timedelta(hours=1)


@pytest.fixture
def line(alice: Staff, bob: Staff) -> Team:
    return make.team("热线组", alice, bob)


def told(staff: Staff) -> list[str]:
    """What the person is told at once."""
    notes = Message.objects.filter(staff=staff, state="queued", channel="in_app").exclude(
        kind__in=("promises.ahead", "promises.due")
    )
    return list(notes.order_by("pk").values_list("kind", flat=True))


def reminded(promise: Promise) -> set[str]:
    due = Message.objects.filter(source=promise.key, state="queued", channel="in_app", kind="promises.due")
    return set(due.values_list("staff__username", flat=True))


def test_who_takes_it_owes_it(line: Team, alice: Staff, bob: Staff, now: datetime) -> None:
    promise = make.promise(team=line, at=now)
    assert reminded(promise) == set()
    assert AccessGrant.objects.open().held_by(bob).count() == 1
    services.take_promise(promise=promise, staff=alice, at=now)
    assert (promise.owner, promise.team, promise.revision) == (alice, line, 2)
    assert reminded(promise) == {"alice"}
    assert not AccessGrant.objects.open().held_by(bob).exists()


def test_of_two_who_take_it_one_wins_and_the_other_hears_who(
    line: Team, alice: Staff, bob: Staff, now: datetime
) -> None:
    promise = make.promise(team=line, at=now)
    seen_by_bob = Promise.objects.get(pk=promise.pk)
    services.take_promise(promise=promise, staff=alice, at=now)
    with pytest.raises(services.AlreadyTaken, match="Alice"):
        services.take_promise(promise=seen_by_bob, staff=bob, at=now)


def test_whose_time_was_changed_meanwhile_is_not_said_to_be_taken(line: Team, alice: Staff, now: datetime) -> None:
    promise = make.promise(team=line, at=now)
    seen_before = Promise.objects.get(pk=promise.pk)
    postpone_promise(promise=promise, due_at=now + 2 * HOUR, reason="x", actor=alice.actor, at=now)
    with pytest.raises(PromiseHasChanged):
        services.take_promise(promise=seen_before, staff=alice, at=now)


def test_it_is_late_when_nobody_takes_it(line: Team, alice: Staff, now: datetime) -> None:
    promise = make.promise(team=line, at=now, due_at=now + 5 * HOUR)
    assert promise.late_at == now + timedelta(minutes=30)
    services.take_promise(promise=promise, staff=alice, at=now)
    assert promise.late_at == now + 5 * HOUR


def test_passed_on_the_first_one_owes_until_the_other_accepts(alice: Staff, bob: Staff, now: datetime) -> None:
    promise = make.promise(owner=alice, at=now)
    handing_over.hand_over_promise(promise=promise, to=bob, reason="早退", actor=alice.actor, at=now)
    assert (promise.owner, promise.pending_owner, promise.revision) == (alice, bob, 2)
    assert (reminded(promise), told(bob)) == ({"alice"}, ["promises.asked"])
    handing_over.accept_promise(promise=promise, staff=bob, at=now)
    assert (promise.owner, promise.pending_owner) == (bob, None)
    assert (reminded(promise), told(bob), told(alice)) == ({"bob"}, [], ["promises.accepted"])


def test_that_it_was_accepted_is_told_even_if_it_is_kept_at_once(alice: Staff, bob: Staff, now: datetime) -> None:
    promise = make.promise(owner=alice, at=now)
    handing_over.hand_over_promise(promise=promise, to=bob, actor=alice.actor, at=now)
    handing_over.accept_promise(promise=promise, staff=bob, at=now)
    keep_promise(promise=promise, actor=bob.actor, at=now)
    assert told(alice) == ["promises.accepted"]


def test_passed_on_late_nobody_hears_once_more_that_it_was_due(alice: Staff, bob: Staff, now: datetime) -> None:
    promise = make.promise(owner=alice, at=now)
    handing_over.hand_over_promise(promise=promise, to=bob, actor=alice.actor, at=now + 2 * HOUR)
    assert (reminded(promise), told(bob)) == (set(), ["promises.asked"])


def test_declined_it_stays_where_it_was(alice: Staff, bob: Staff, now: datetime) -> None:
    promise = make.promise(owner=alice, at=now)
    handing_over.hand_over_promise(promise=promise, to=bob, actor=alice.actor, at=now)
    handing_over.decline_promise(promise=promise, staff=bob, reason="在手术", at=now)
    assert (promise.owner, promise.pending_owner) == (alice, None)
    assert told(alice) == ["promises.declined"]
    with pytest.raises(handing_over.NotAskedToTakeOver):
        handing_over.accept_promise(promise=promise, staff=bob, at=now)


def test_whoever_is_asked_no_longer_hears_so(line: Team, alice: Staff, bob: Staff, dana: Staff, now: datetime) -> None:
    ida = make.staff("ida", "consultant", department=alice.department)
    record_absence(staff=alice, starts_on=now.date(), ends_on=now.date(), deputy=dana, actor=alice.actor, at=now)
    ways: dict[str, Any] = {
        "another is asked": lambda of: handing_over.hand_over_promise(promise=of, to=bob, actor=alice.actor, at=now),
        "the deputy takes it": lambda of: services.take_promise(promise=of, staff=dana, at=now),
        "it is reassigned": lambda of: reassigning.reassign_promise(
            promise=of, owner=bob, team=None, actor=dana.actor, at=now
        ),
        "it goes back to a team": lambda of: release_to_team(promise=of, team=line, reason="下班", staff=alice, at=now),
    }
    for number, (way, act) in enumerate(ways.items(), start=1):
        promise = make.promise(owner=alice, at=now)
        handing_over.hand_over_promise(promise=promise, to=ida, actor=alice.actor, at=now)
        act(promise)
        assert told(ida) == ["promises.recalled"] * number, way


def test_asked_twice_or_accepting_one_is_not_told_that_nobody_asks(alice: Staff, bob: Staff, now: datetime) -> None:
    promise = make.promise(owner=alice, at=now)
    for _ in range(2):
        handing_over.hand_over_promise(promise=promise, to=bob, actor=alice.actor, at=now)
    assert told(bob) == ["promises.asked"]
    reassigning.reassign_promise(promise=promise, owner=bob, team=None, actor=alice.actor, at=now)
    assert told(bob) == ["promises.reassigned"]


def test_only_somebody_who_can_keep_it_is_asked(alice: Staff, bob: Staff, frank: Staff, now: datetime) -> None:
    promise = make.promise(owner=alice, at=now)
    concerned = make.promise(owner=alice, at=now, excluded=[bob])
    for subject, to, refusal in (
        (promise, alice, handing_over.OwesAlready),
        (promise, frank, CannotTakeOver),  # the administrator sees no promises
        (promise, make.left(make.staff("gone", "consultant")), CannotTakeOver),
        (concerned, bob, CannotTakeOver),
    ):
        with pytest.raises(refusal):
            handing_over.hand_over_promise(promise=subject, to=to, actor=alice.actor, at=now)


def test_only_whom_it_was_passed_on_to_answers(alice: Staff, bob: Staff, dana: Staff, now: datetime) -> None:
    promise = make.promise(owner=alice, at=now)
    handing_over.hand_over_promise(promise=promise, to=bob, actor=alice.actor, at=now)
    for answer, staff in ((handing_over.accept_promise, dana), (handing_over.decline_promise, dana)):
        with pytest.raises(handing_over.NotAskedToTakeOver):
            answer(promise=promise, staff=staff, at=now)
    with pytest.raises(handing_over.NotAskedToTakeOver):
        handing_over.accept_promise(promise=promise, staff=alice, at=now)
    with pytest.raises(handing_over.NotYoursToPassOn):
        handing_over.hand_over_promise(promise=promise, to=dana, actor=bob.actor, at=now)
    promise.refresh_from_db()
    assert (promise.owner, promise.pending_owner) == (alice, bob)


def test_whoever_has_passed_it_on_does_not_hear_that_it_is_theirs(alice: Staff, bob: Staff, now: datetime) -> None:
    promise = make.promise(owner=alice, at=now)
    handing_over.hand_over_promise(promise=promise, to=bob, actor=alice.actor, at=now)
    with pytest.raises(services.AlreadyTaken):
        services.take_promise(promise=promise, staff=alice, at=now)


def test_nobody_passes_it_on_to_oneself(line: Team, alice: Staff, bob: Staff, now: datetime) -> None:
    for promise in (make.promise(team=line, at=now), make.promise(owner=bob, at=now)):
        with pytest.raises(handing_over.PassedOnToOneself):
            handing_over.hand_over_promise(promise=promise, to=alice, actor=alice.actor, at=now)


def test_either_to_a_person_or_to_a_team(line: Team, alice: Staff, bob: Staff, dana: Staff, now: datetime) -> None:
    promise = make.promise(owner=alice, at=now)
    both: dict[str, Any] = {"promise": promise, "team": line, "reason": "x", "at": now}
    with pytest.raises(reassigning.EitherPersonOrTeam):
        reassigning.reassign_promise(owner=bob, actor=dana.actor, **both)
    with pytest.raises(reassigning.EitherPersonOrTeam):
        pass_on_promise(to=bob, staff=alice, **both)
    with pytest.raises(NobodyToPassOnTo):
        pass_on_promise(promise=promise, to=None, team=None, reason="x", staff=alice, at=now)
    promise.refresh_from_db()
    assert (promise.owner, promise.pending_owner, promise.team) == (alice, None, None)


def test_who_stands_in_may_take_what_a_colleague_owes(alice: Staff, bob: Staff, now: datetime) -> None:
    promise = make.promise(owner=alice, at=now)
    with pytest.raises(services.AlreadyTaken):
        services.take_promise(promise=promise, staff=bob, at=now)
    record_absence(staff=alice, starts_on=now.date(), ends_on=now.date(), deputy=bob, actor=alice.actor, at=now)
    assert promise in Promise.objects.owed_by(bob, now.date())
    services.take_promise(promise=promise, staff=bob, at=now)
    assert promise.owner == bob
    assert told(alice) == ["promises.stood_in"]


def test_reassigned_nobody_needs_to_accept(alice: Staff, bob: Staff, dana: Staff, now: datetime) -> None:
    mine = [make.promise(owner=alice, at=now) for _ in range(2)]
    done = reassigning.reassign_promises(promises=mine, owner=bob, team=None, reason="病假", actor=dana.actor, at=now)
    assert done == 2
    assert set(Promise.objects.owned_by(bob)) == set(mine)
    assert told(bob) == ["promises.reassigned"] * 2
    assert told(alice) == ["promises.moved"] * 2
    with pytest.raises(NobodyOwns):
        reassigning.reassign_promises(promises=mine, owner=None, team=None, reason="", actor=dana.actor, at=now)


def test_what_somebody_owed_who_has_left_goes_to_the_team_or_the_head(
    line: Team, alice: Staff, bob: Staff, dana: Staff, now: datetime
) -> None:
    of_team, of_nobody_else = make.promise(team=line, at=now), make.promise(owner=alice, at=now)
    services.take_promise(promise=of_team, staff=alice, at=now)
    make.head(alice.department, dana)
    asked = make.promise(owner=bob, at=now)
    handing_over.hand_over_promise(promise=asked, to=alice, actor=bob.actor, at=now)
    make.left(alice)
    assert set(Promise.objects.open().unowned()) == {of_team, of_nobody_else}
    assert reassigning.release_promises(actor=dana.actor, at=now) == 2
    for row in (of_team, of_nobody_else, asked):
        row.refresh_from_db()
    assert (of_team.owner, of_team.team) == (None, line)
    assert of_nobody_else.owner == dana
    assert (asked.owner, asked.pending_owner) == (bob, None)


@pytest.mark.parametrize("how", ["the role was taken away", "turned out to be concerned"])
def test_what_somebody_owes_who_may_keep_it_no_longer_goes_to_the_team(
    line: Team, alice: Staff, bob: Staff, frank: Staff, now: datetime, how: str
) -> None:
    owed, asked = make.promise(team=line, owner=alice, at=now), make.promise(owner=bob, at=now)
    handing_over.hand_over_promise(promise=asked, to=alice, actor=bob.actor, at=now)
    if how == "the role was taken away":
        update_staff(staff=alice, version=1, values={}, roles=[Role.ADMINISTRATOR], actor=frank.actor, at=now)
        assert list(Promise.objects.open().unowned()) == [owed]  # at once, whatever the task does
        assert owed in Promise.objects.visible_to(bob)
    else:
        owed.excluded.add(alice)
        asked.excluded.add(alice)
    assert reassigning.release_promises(actor=frank.actor, at=now) == 1
    for row in (owed, asked):
        row.refresh_from_db()
    assert (owed.owner, owed.team) == (None, line)
    assert (asked.owner, asked.pending_owner) == (bob, None)


def test_without_team_and_head_it_stays_among_the_unowned(alice: Staff, bob: Staff, now: datetime) -> None:
    promise = make.promise(owner=alice, at=now)
    make.left(alice)
    assert reassigning.release_promises(actor=bob.actor, at=now) == 0
    assert list(Promise.objects.open().unowned()) == [promise]


def test_what_lies_with_a_team_that_nobody_is_on_any_more_goes_to_the_head(
    line: Team, alice: Staff, bob: Staff, dana: Staff, now: datetime
) -> None:
    make.head(alice.department, dana)
    promise = make.promise(team=line, at=now, actor=dana.actor)
    for person in (alice, bob):
        make.left(person)
    assert reassigning.release_promises(actor=dana.actor, at=now) == 1
    promise.refresh_from_db()
    assert promise.owner == dana


def test_reassigned_the_first_one_sees_no_more_and_is_reminded_no_more(
    alice: Staff, bob: Staff, dana: Staff, now: datetime
) -> None:
    promise = make.promise(owner=alice, at=now)
    reassigning.reassign_promise(promise=promise, owner=bob, team=None, actor=dana.actor, at=now)
    grants = AccessGrant.objects.open()
    assert (grants.held_by(alice).exists(), grants.held_by(bob).exists()) == (False, True)
    assert reminded(promise) == {"bob"}
