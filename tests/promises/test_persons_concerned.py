"""Whoever a promise is about never owes it, is asked for it, told of it, or counts for a team. Mission B4."""

from datetime import datetime, timedelta

import pytest

from accounts.models import Staff, Team
from hospital_crm.lib.errors import DomainError
from promises.models import Promise
from promises.services import ownership as services
from promises.services.keepers import CannotOwn, CannotTakeOver, NobodyOnTeam
from tests import make

HOUR = timedelta(hours=1)


@pytest.fixture
def line(alice: Staff, bob: Staff) -> Team:
    return make.team("热线组", alice, bob)


@pytest.fixture
def about_bob(line: Team, bob: Staff, now: datetime) -> Promise:
    """Nobody's yet, with Bob's own team."""
    return make.promise(make.patient("张桂兰", "13800001234"), team=line, at=now, excluded=[bob], note="投诉回电")


# ── Who may keep it ──────────────────────────────────────────────────────────


def refusal(error: pytest.ExceptionInfo[DomainError]) -> str:
    return error.value.field


def test_no_promise_is_made_that_its_owner_may_not_know(bob: Staff, now: datetime) -> None:
    with pytest.raises(CannotOwn) as refused:
        make.promise(owner=bob, at=now, excluded=[bob])
    assert refusal(refused) == "owner"
    assert not Promise.objects.exists()


def test_a_team_that_has_nobody_else_cannot_take_it(line: Team, alice: Staff, bob: Staff, now: datetime) -> None:
    assert make.promise(team=line, at=now, excluded=[bob]).team == line
    make.left(alice)
    with pytest.raises(NobodyOnTeam):
        make.promise(team=line, at=now, excluded=[bob])


def test_no_way_leads_to_the_person_concerned(
    about_bob: Promise, line: Team, alice: Staff, bob: Staff, dana: Staff, now: datetime
) -> None:
    with pytest.raises(CannotTakeOver):
        services.take_promise(promise=about_bob, staff=bob, at=now)
    with pytest.raises(CannotTakeOver):
        services.hand_over_promise(promise=about_bob, to=bob, actor=alice.actor, at=now)
    with pytest.raises(CannotOwn):
        services.reassign_promise(promise=about_bob, owner=bob, team=None, actor=dana.actor, at=now)
    only_bob = make.team("只有当事人", bob)
    with pytest.raises(NobodyOnTeam):
        services.reassign_promise(promise=about_bob, owner=None, team=only_bob, actor=dana.actor, at=now)
    about_bob.refresh_from_db()
    assert (about_bob.owner, about_bob.pending_owner, about_bob.team) == (None, None, line)


def test_left_to_the_person_concerned_alone_it_goes_to_the_head(
    about_bob: Promise, alice: Staff, bob: Staff, dana: Staff, now: datetime
) -> None:
    about_the_other = make.promise(team=about_bob.team, at=now)
    make.head(bob.department, dana)
    Promise.objects.update(department=bob.department)
    make.left(alice)
    assert services.release_promises(actor=dana.actor, at=now) == 1
    about_bob.refresh_from_db()
    about_the_other.refresh_from_db()
    assert (about_bob.owner, about_the_other.owner) == (dana, None)
