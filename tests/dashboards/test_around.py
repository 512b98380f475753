"""Beside the list: who has too much, what nobody owns, how many of today's promises were kept in time."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from accounts.models import Department, Staff, Team
from dashboards.reports.team import around
from followups.models import Attempt
from followups.services.attempts import record_attempt
from hospital_crm.lib.figures import Rate
from institution.models import Setting
from promises.services.closing import keep_promise, withdraw_promise
from tests import make
from tests.accounts.pages import in_english

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def _morning(now: datetime) -> Any:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def line(alice: Staff, bob: Staff) -> Team:
    return make.team("热线组", alice, bob)


def loads(staff: Staff, now: datetime) -> list[tuple[str, int, int]]:
    return [(load.staff.username, load.open, load.late) for load in around(staff, at=now).loads]


def test_load_counts_what_is_open_and_late_of_each_colleague(
    line: Team, alice: Staff, bob: Staff, charlie: Staff, now: datetime
) -> None:
    for owner, due in ((bob, -HOUR), (bob, HOUR), (alice, HOUR), (charlie, HOUR)):
        make.promise(owner=owner, at=now - DAY, due_at=now + due)
    kept = make.promise(owner=bob, at=now - DAY, due_at=now + HOUR)
    keep_promise(promise=kept, actor=bob.actor, at=now)
    make.team("另一组", alice, bob)
    assert loads(alice, now) == [("bob", 2, 1), ("alice", 1, 0)]


def test_a_manager_sees_the_load_of_the_departments_below(
    dana: Staff, alice: Staff, cataract: Department, now: datetime
) -> None:
    below = make.staff("yann", "doctor", department=make.department("青白病区", parent=cataract))
    make.staff("frank", "administrator", department=cataract)
    make.promise(owner=below, at=now)
    assert loads(dana, now) == [("yann", 1, 0), ("alice", 0, 0), ("dana", 0, 0)]


def test_who_has_as_much_as_the_setting_allows_is_pointed_out(
    line: Team, alice: Staff, bob: Staff, now: datetime
) -> None:
    Setting.objects.filter(key="dashboards.most_open").update(value=2)
    for _ in range(2):
        make.promise(owner=bob, at=now)
    assert [load.staff for load in around(alice, at=now).full] == [bob]
    text = in_english(make.client_of(alice)).get("/").content.decode()
    assert "Bob has as much as one person can keep up with; 0 late." in text
    assert f'href="/promises/?owner={bob.pk}"' in text


def test_what_nobody_owns_can_be_taken_late_first(line: Team, alice: Staff, bob: Staff, now: datetime) -> None:
    later, sooner = (make.promise(team=line, at=now - ago, due_at=now + DAY) for ago in (MINUTE, HOUR))
    make.promise(owner=bob, at=now)
    unowned = around(alice, at=now)
    assert (unowned.unowned, unowned.unowned_count) == ([sooner, later], 2)
    assert f'hx-post="/promises/{sooner.pk}/take/"' in make.client_of(alice).get("/").content.decode()


def test_of_many_that_nobody_owns_a_few_are_shown_and_all_are_counted(line: Team, alice: Staff, now: datetime) -> None:
    patient = make.patient()
    for _ in range(7):
        make.promise(patient, team=line, at=now)
    unowned = around(alice, at=now)
    assert (len(unowned.unowned), unowned.unowned_count) == (5, 7)


def test_kept_in_time_is_counted_of_those_of_which_it_is_known(alice: Staff, charlie: Staff, now: datetime) -> None:
    """Kept in time, tried in time, missed; those still ahead, withdrawn or of others say nothing yet."""
    kept, tried, withdrawn = (make.promise(owner=alice, at=now - HOUR, due_at=now + HOUR) for _ in range(3))
    keep_promise(promise=kept, actor=alice.actor, at=now)
    record_attempt(promise=tried, outcome=Attempt.Outcome.NO_ANSWER, actor=alice.actor, at=now)
    withdraw_promise(promise=withdrawn, reason="重复", actor=alice.actor, at=now)
    missed = make.promise(owner=alice, at=now - 2 * HOUR, due_at=now - HOUR)
    keep_promise(promise=missed, actor=alice.actor, at=now)
    make.promise(owner=alice, at=now, due_at=now + HOUR)
    make.promise(owner=charlie, at=now - 2 * HOUR, due_at=now - HOUR)
    yesterday = make.promise(owner=alice, at=now - 2 * DAY, due_at=now - DAY)
    keep_promise(promise=yesterday, actor=alice.actor, at=now - DAY - HOUR)
    found = around(alice, at=now)
    assert (found.today.rate, found.yesterday.rate) == (Rate(2, 3), Rate(1, 1))


def test_a_rate_never_says_all_before_it_is_all() -> None:
    assert [Rate(part, whole).percent for part, whole in ((0, 0), (0, 3), (2, 3), (199, 200), (200, 200))] == [
        None,
        0,
        67,
        99,
        100,
    ]
