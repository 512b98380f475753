"""Figures that come from the sums of days are those of the promises themselves, whatever is done to them afterwards."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import combinations
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Staff, Team
from consult.models import Call
from consult.services.voids import void_call
from dashboards.reports.figures import PromiseFigures, promise_figures
from followups.models import Attempt
from followups.services.attempts import record_attempt
from followups.services.voids import void_attempt
from hospital_crm.lib.bulk import insert_values
from promises.models import ChangedDay, Promise, PromiseDay, SummedDay
from promises.querysets.figures import beside
from promises.services import closing, handing_over, ownership, promises, reassigning, reopening
from promises.services.days import sum_days
from promises.services.past import PastPromise, record_past_promises
from promises.services.releasing import release_to_team
from promises.services.spreading import spread_promises
from promises.tasks import long_sum_days
from tests import make
from tests.accounts.at_once import Meanwhile, on_a_server, with_threads

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TODAY = date(2026, 3, 12)
RING_BACK = Promise.Kind.RING_BACK


def owner_of(promise: Promise) -> Staff:
    assert promise.owner is not None
    return promise.owner


def by_call(promise: Promise, bob: Staff, at: datetime) -> object:
    return make.call(bob, promise.patient, settles=[promise], at=at)


def tried(promise: Promise, bob: Staff, at: datetime, outcome: str = "no_answer") -> object:
    return record_attempt(promise=promise, outcome=Attempt.Outcome(outcome), actor=bob.actor, at=at)


def kept(promise: Promise, bob: Staff, at: datetime) -> object:
    return closing.keep_promise(promise=promise, actor=bob.actor, at=at)


def nothing(promise: Promise, bob: Staff, at: datetime) -> None:
    """It was only made."""


Act = Callable[[Promise, Staff, datetime], object]
# What was done in time, before the day was summed; and what is done afterwards.
ACTS: dict[str, tuple[Act, Act]] = {
    "kept late": (nothing, kept),
    "reached late": (nothing, lambda promise, bob, at: tried(promise, bob, at, "reached")),
    "kept late by a call": (nothing, by_call),
    "withdrawn": (
        nothing,
        lambda promise, bob, at: closing.withdraw_promise(promise=promise, reason="x", actor=bob.actor, at=at),
    ),
    "given up": (
        nothing,
        lambda promise, bob, at: closing.close_not_reached(promise=promise, reason="x", actor=bob.actor, at=at),
    ),
    "postponed": (
        nothing,
        lambda promise, bob, at: promises.postpone_promise(
            promise=promise, due_at=at + DAY, reason="x", actor=bob.actor, at=at
        ),
    ),
    "reassigned": (
        nothing,
        lambda promise, bob, at: reassigning.reassign_promise(
            promise=promise, owner=bob, team=None, actor=make.by(), at=at
        ),
    ),
    "shared out": (
        nothing,
        lambda promise, bob, at: spread_promises(promises=[promise], among=[bob], actor=make.by(), at=at),
    ),
    "passed on and accepted": (
        lambda promise, bob, at: handing_over.hand_over_promise(promise=promise, to=bob, actor=make.by(), at=at),
        lambda promise, bob, at: handing_over.accept_promise(promise=promise, staff=bob, at=at),
    ),
    "given back": (
        nothing,
        lambda promise, bob, at: release_to_team(
            promise=promise, team=Team.objects.get(), reason="x", staff=owner_of(promise), at=at
        ),
    ),
    "taken": (
        lambda promise, bob, at: release_to_team(
            promise=promise, team=Team.objects.get(), reason="x", staff=owner_of(promise), at=at
        ),
        lambda promise, bob, at: ownership.take_promise(promise=promise, staff=bob, at=at),
    ),
    "left behind": (
        lambda promise, bob, at: make.left(owner_of(promise)),
        lambda promise, bob, at: reassigning.release_promises(actor=make.by(), at=at),
    ),
    "kept in time, now open again": (
        kept,
        lambda promise, bob, at: reopening.reopen_promise(promise=promise, reason="x", actor=bob.actor, at=at),
    ),
    "tried in time, which is void now": (
        tried,
        lambda promise, bob, at: void_attempt(attempt=Attempt.objects.get(), reason="x", actor=bob.actor, at=at),
    ),
    "kept in time by a call that is void now": (
        by_call,
        lambda promise, bob, at: void_call(call=Call.objects.get(), reason="x", staff=bob, at=at),
    ),
    "brought in from elsewhere": (
        nothing,
        lambda promise, bob, at: record_past_promises(
            [PastPromise(promise.patient_id or 0, RING_BACK, bob, at - 3 * DAY, at - 2 * DAY, at - 2 * DAY)],
            actor=make.by(),
            at=at,
        ),
    ),
}


ONLY_LATE = {"kept late", "reached late", "kept late by a call"}  # it was not in time either way


@pytest.fixture(autouse=True)
def _few_days(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enough for all that is asked here."""
    monkeypatch.setattr("promises.services.days.KEPT_READY", 12)


@pytest.fixture
def line(alice: Staff, bob: Staff) -> Team:
    return make.team("热线组", alice, bob, make.staff("nora", "followup_nurse"), lead=alice)


@pytest.fixture
def promise(alice: Staff, dana: Staff, line: Team, now: datetime) -> Promise:
    """Promised three days ago for the day before yesterday; Dana leads those who owe it."""
    make.head(alice.department, dana)
    return make.promise(owner=alice, team=line, at=now - 3 * DAY, due_at=now - 2 * DAY)


def figures_of(staff: Staff, now: datetime, **period: date) -> PromiseFigures:
    days = {"since": TODAY - 9 * DAY, "until": TODAY + DAY, **period}
    return promise_figures(staff=Staff.objects.get(pk=staff.pk), **days, at=now)


def all_figures(now: datetime) -> list[PromiseFigures]:
    """Of whom the own ones count alone, who leads the tree, and who sees the team's."""
    readers = Staff.objects.filter(username__in=["alice", "dana", "nora"])
    return [figures_of(staff, now) for staff in readers.order_by("pk")]


def live_figures(now: datetime) -> list[PromiseFigures]:
    """As if no day had its sums."""
    with transaction.atomic():
        SummedDay.objects.all().delete()
        found = all_figures(now)
        transaction.set_rollback(True)
    return found


def sums() -> list[tuple[object, ...]]:
    fields = [field.attname for field in PromiseDay._meta.concrete_fields if not field.primary_key]
    return list(PromiseDay.objects.order_by(*fields).values_list(*fields))


def standing() -> list[date]:
    return SummedDay.objects.standing(TODAY - 9 * DAY, TODAY)


@pytest.mark.parametrize("name", ACTS)
def test_whatever_is_done_after_the_day_was_summed_counts_at_once(
    name: str, promise: Promise, bob: Staff, now: datetime
) -> None:
    before, act = ACTS[name]
    before(promise, bob, now - 2 * DAY - HOUR)
    sum_days(at=now)
    summed = sums()
    act(Promise.objects.get(), bob, now)
    changed = all_figures(now)
    assert (changed, len(standing())) == (live_figures(now), 8)
    assert sum_days(at=now) == 1
    assert (all_figures(now), len(standing())) == (changed, 9)
    assert (sums() == summed) == (name in ONLY_LATE)


def test_a_first_try_that_comes_too_late_is_told_as_well(promise: Promise, now: datetime) -> None:
    """What the figures make of it is theirs to say."""
    promises.note_first_attempt(promise=promise, at=now)
    reopening.set_first_attempt(promise=promise, first=None, at=now)
    assert list(ChangedDay.objects.values_list("day", flat=True)) == [TODAY - 2 * DAY] * 2


def test_what_belongs_to_a_day_that_is_not_over_is_not_told(alice: Staff, now: datetime) -> None:
    kept(make.promise(owner=alice, at=now - DAY, due_at=now - HOUR), alice, now)
    assert not ChangedDay.objects.exists()


def test_figures_read_the_sums_and_only_those_of_unchanged_days(promise: Promise, dana: Staff, now: datetime) -> None:
    sum_days(at=now)
    PromiseDay.objects.update(promised=7)
    assert figures_of(dana, now).total.promised.number == 7
    ChangedDay.objects.create(day=TODAY - 3 * DAY)
    assert figures_of(dana, now).total.promised.number == 7
    ChangedDay.objects.create(day=TODAY - 2 * DAY)
    assert figures_of(dana, now).total.promised.number == 1


def test_of_days_that_are_all_summed_nothing_else_is_read(promise: Promise, dana: Staff, now: datetime) -> None:
    sum_days(at=now)
    found = figures_of(dana, now, since=TODAY - 2 * DAY, until=TODAY - DAY).total
    assert found.late is not None
    assert (found.promised.number, found.missed.number, found.late.number) == (1, 1, 1)


def test_a_day_with_many_owners_and_teams_has_a_row_for_each(
    promise: Promise, alice: Staff, bob: Staff, charlie: Staff, line: Team, now: datetime
) -> None:
    for owner, team in ((alice, line), (alice, None), (bob, None), (charlie, None), (None, line)):
        make.promise(owner=owner, team=team, at=now - 3 * DAY, due_at=now - 2 * DAY)
    sum_days(at=now)
    assert sorted(PromiseDay.objects.values_list("promised", flat=True)) == [1, 1, 1, 1, 2]
    assert all_figures(now) == live_figures(now)


def test_what_is_about_a_colleague_is_in_no_sum_but_in_the_figures(
    alice: Staff, bob: Staff, dana: Staff, line: Team, now: datetime
) -> None:
    made: dict[str, Any] = {"owner": alice, "team": line, "at": now - 3 * DAY, "due_at": now - 2 * DAY}
    about_dana, about_bob = make.promise(**made, excluded=[dana]), make.promise(**made, excluded=[bob, dana])
    sum_days(at=now)
    assert not PromiseDay.objects.exists()
    assert (figures_of(dana, now).total.promised.number, figures_of(dana, now).withheld) == (2, 2)
    assert all_figures(now) == live_figures(now)
    for promise in (about_dana, about_bob):
        kept(promise, alice, now)
    sum_days(at=now)
    assert (figures_of(dana, now).total.promised.number, figures_of(dana, now).withheld) == (2, 2)
    assert all_figures(now) == live_figures(now)


def test_the_day_is_that_of_the_hospital(alice: Staff, dana: Staff, now: datetime) -> None:
    midnight = datetime(2026, 3, 11, tzinfo=ZoneInfo("Asia/Shanghai"))
    for due_at in (midnight - timedelta(microseconds=1), midnight, midnight + DAY - MINUTE, midnight + DAY):
        make.promise(owner=alice, at=now - 9 * DAY, due_at=due_at)
    sum_days(at=now)
    assert list(PromiseDay.objects.order_by("day").values_list("day", "promised")) == [
        (TODAY - 2 * DAY, 1),
        (TODAY - DAY, 2),
    ]
    assert all_figures(now) == live_figures(now)


def test_a_day_is_summed_an_hour_after_its_end(promise: Promise) -> None:
    """Whoever began before midnight, for whom it was not over, has ended by then."""
    midnight = datetime(2026, 3, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
    sum_days(at=midnight + HOUR - MINUTE)
    assert standing()[-1] == TODAY - 2 * DAY
    assert (sum_days(at=midnight + HOUR), sum_days(at=midnight + HOUR)) == (1, 0)
    assert standing()[-1] == TODAY - DAY


def test_the_worker_sums_by_itself(promise: Promise, now: datetime) -> None:
    with time_machine.travel(now, tick=False):
        long_sum_days()
    assert len(standing()) == 9


def test_a_changed_day_of_long_ago_is_summed_too(alice: Staff, now: datetime) -> None:
    owed = make.promise(owner=alice, at=now - 40 * DAY, due_at=now - 30 * DAY)
    kept(owed, alice, now)
    sum_days(at=now)
    assert PromiseDay.objects.get().day == TODAY - 30 * DAY
    assert not ChangedDay.objects.exists()


def test_a_day_that_was_summed_while_the_clock_was_ahead_is_summed_anew(
    alice: Staff, dana: Staff, now: datetime
) -> None:
    today = make.promise(owner=alice, at=now - DAY, due_at=now + HOUR)
    sum_days(at=now + DAY)
    sum_days(at=now)
    kept(today, alice, now)
    tomorrow = now + DAY
    assert all_figures(tomorrow) == live_figures(tomorrow)
    sum_days(at=tomorrow)
    assert all_figures(tomorrow) == live_figures(tomorrow)


def test_sums_of_another_time_zone_do_not_stand(promise: Promise, now: datetime) -> None:
    sum_days(at=now)
    SummedDay.objects.update(zone="Asia/Tokyo")
    assert standing() == []
    sum_days(at=now)
    assert len(standing()) == 9


def test_however_many_days_lag_behind_the_questions_are_as_many(promise: Promise, dana: Staff, now: datetime) -> None:
    sum_days(at=now)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            promise_figures(staff=dana, since=TODAY - 9 * DAY, until=TODAY, at=now)
        return len(queries)

    asked()
    at_first = asked()
    for ago in range(2, 9, 2):
        ChangedDay.objects.create(day=TODAY - ago * DAY)
    assert (at_first, asked()) == (6, 6)


@pytest.mark.parametrize("summed", [days for size in range(4) for days in combinations(range(3), size)])
def test_days_that_are_left_out_leave_the_others(summed: tuple[int, ...], alice: Staff, now: datetime) -> None:
    since = date(2026, 3, 3)
    begins = datetime(2026, 3, 3, tzinfo=ZoneInfo("Asia/Shanghai"))
    for hours in range(-12, 84, 12):
        make.promise(owner=alice, at=now - 40 * DAY, due_at=begins + hours * HOUR)
    left = beside([since + ago * DAY for ago in summed], since, since + 2 * DAY)
    found = Promise.objects.filter(left).values_list("first_due_at", flat=True)
    others = [begins + hours * HOUR for hours in range(0, 72, 12) if hours // 24 not in summed]
    assert sorted(found) == others


@on_a_server
@with_threads
def test_a_change_that_is_not_committed_yet_is_not_lost(promise: Promise, alice: Staff, now: datetime) -> None:
    """The day is summed without it meanwhile, and is read live from the moment that it is there."""
    with transaction.atomic():
        kept(promise, alice, now)
        assert Meanwhile(lambda: sum_days(at=now)).outcome() == 12
        seen_by_others = Meanwhile(lambda: PromiseDay.objects.get().met + len(standing())).outcome()
    assert seen_by_others == 9
    assert len(standing()) == 8
    assert all_figures(now) == live_figures(now)
    sum_days(at=now)
    assert (all_figures(now), len(standing())) == (live_figures(now), 9)


@on_a_server
@with_threads
def test_a_change_that_comes_between_reading_and_writing_the_sums_is_not_lost(
    promise: Promise, alice: Staff, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write_late(*args: Any, **kwargs: Any) -> None:
        if kwargs["day"] == TODAY - 2 * DAY:
            change: dict[str, Any] = {
                "promise": promise,
                "due_at": now + DAY,
                "reason": "x",
                "actor": alice.actor,
                "at": now,
            }
            assert Meanwhile(lambda: promises.postpone_promise(**change)).outcome() == promise
        insert_values(*args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr("promises.services.days.insert_values", write_late)
        sum_days(at=now)
    assert (PromiseDay.objects.get().postponed, len(standing())) == (0, 8)
    assert all_figures(now) == live_figures(now)
    sum_days(at=now)
    assert (PromiseDay.objects.get().postponed, len(standing())) == (1, 9)


@on_a_server
@with_threads
def test_two_that_sum_at_the_same_moment_sum_once(promise: Promise, now: datetime) -> None:
    """A day that was never summed; and one that is summed again, each for a change that the other does not know of."""

    def change_and_sum() -> int:
        ChangedDay.objects.create(day=TODAY - 2 * DAY)
        return sum_days(at=now)

    for _ in range(2):
        with transaction.atomic():
            change_and_sum()
            other = Meanwhile(change_and_sum)
            other.wait_until_it_waits()
        assert not isinstance(other.outcome(), Exception)
        assert PromiseDay.objects.count() == 1
