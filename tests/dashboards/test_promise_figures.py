"""The manager's page: each figure counts exactly the rows that its link shows, and none outside the reader's scope."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.http import QueryDict

from accounts.models import Staff, Team
from dashboards.reports.figures import Line, PromiseFigures, promise_figures
from followups.models import Attempt
from followups.services.attempts import record_attempt
from promises.filters import PromiseFilter
from promises.models import Promise
from promises.services.promises import close_not_reached, keep_promise, postpone_promise, withdraw_promise
from tests import make
from tests.accounts.pages import in_english

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TODAY = date(2026, 3, 12)
URL = "/figures/promises/"


@pytest.fixture(autouse=True)
def _morning(now: datetime) -> Any:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def line(alice: Staff, bob: Staff) -> Team:
    return make.team("热线组", alice, bob, lead=alice)


@pytest.fixture
def history(line: Team, alice: Staff, bob: Staff, charlie: Staff, now: datetime) -> None:
    """Promises in every state, of today, yesterday and long ago; of Alice, Bob, nobody, somebody who left, Charlie."""
    patient = make.patient("张桂兰", "13800001234")

    def owed(owner: Staff | None, due: timedelta, **details: Any) -> Any:
        return make.promise(patient, owner=owner, at=now - 40 * DAY, due_at=now + due, **details)

    kept, kept_late, tried, gave_up, moved, gone = (owed(alice, due) for due in (HOUR, -HOUR, HOUR, -DAY, -DAY, HOUR))
    keep_promise(promise=kept, actor=alice.actor, at=now - HOUR)
    keep_promise(promise=kept_late, actor=alice.actor, at=now - MINUTE)
    record_attempt(promise=tried, outcome=Attempt.Outcome.NO_ANSWER, actor=alice.actor, at=now - HOUR)
    close_not_reached(promise=gave_up, reason="no_answer", actor=alice.actor, at=now)
    postpone_promise(promise=moved, due_at=now + DAY, reason="家属要求", actor=alice.actor, at=now)
    withdraw_promise(promise=gone, reason="重复", actor=alice.actor, at=now)
    owed(bob, -2 * HOUR)
    owed(bob, HOUR, team=line)
    owed(bob, -35 * DAY)
    owed(None, DAY, team=line)
    owed(make.staff("gone", "consultant", department=alice.department), -HOUR)
    make.left(Staff.objects.get(username="gone"))
    owed(charlie, -HOUR)


def counted(staff: Staff, query: str) -> int:
    """How many rows the list has for the filter."""
    visible = Promise.objects.visible_to(staff, TODAY)
    return int(PromiseFilter(QueryDict(query), queryset=visible).qs.count())


def figures_of(staff: Staff, now: datetime, days: int = 30) -> PromiseFigures:
    return promise_figures(staff=staff, since=TODAY - days * DAY, until=TODAY + DAY, at=now)


def numbers(line: Line) -> dict[str, int]:
    names = ("promised", "judged", "met", "missed", "postponed", "not_reached")
    found = {name: getattr(line, name).number for name in names}
    return {**found, "late": line.late.number} if line.late else found


@pytest.mark.parametrize("who", ["dana", "alice", "nora"])
def test_every_figure_counts_the_rows_that_its_link_shows(
    history: None, line: Team, alice: Staff, dana: Staff, now: datetime, who: str
) -> None:
    """A manager, a consultant (own figures) and a nurse (the team's)."""
    nora = make.staff("nora", "followup_nurse")
    line.members.add(nora)
    staff = {"dana": dana, "alice": alice, "nora": nora}[who]
    figures = figures_of(staff, now)
    lines = [figures.total, *figures.people, *figures.teams, *figures.days]
    shown = {
        (line.name, name): (figure.number, counted(staff, figure.query))
        for line in lines
        for name, figure in vars(line).items()
        if name != "name" and figure is not None
    }
    assert len(shown) > 20
    assert {key: pair for key, pair in shown.items() if pair[0] != pair[1]} == {}
    assert sum(number for number, _ in shown.values()) > 0


def test_a_manager_sees_how_the_department_kept_its_promises(history: None, dana: Staff, now: datetime) -> None:
    assert numbers(figures_of(dana, now).total) == {
        "promised": 9,
        "judged": 7,
        "met": 2,
        "missed": 5,
        "postponed": 1,
        "not_reached": 1,
        "late": 4,
    }


def test_what_lies_outside_the_scope_is_counted_nowhere(
    history: None, alice: Staff, charlie: Staff, dana: Staff, now: datetime
) -> None:
    assert [line.name for line in figures_of(alice, now).people] == ["Alice"]
    assert [line.name for line in figures_of(charlie, now).people] == ["Charlie"]
    assert "Charlie" not in [line.name for line in figures_of(dana, now).people]


def test_only_what_was_first_promised_for_the_days_counts_but_late_is_late(
    history: None, dana: Staff, now: datetime
) -> None:
    today = promise_figures(staff=dana, since=TODAY, until=TODAY, at=now)
    assert (today.total.promised.number, len(today.days)) == (6, 1)
    assert str(today.days[0].name).startswith("2026-03-12 ")
    assert today.total.late == figures_of(dana, now).total.late


def test_a_postponed_promise_stays_with_the_time_promised_first(alice: Staff, now: datetime) -> None:
    promise = make.promise(owner=alice, at=now - 2 * DAY, due_at=now + HOUR)
    postpone_promise(promise=promise, due_at=now + 3 * DAY, reason="家属要求", actor=alice.actor, at=now)
    today = promise_figures(staff=alice, since=TODAY, until=TODAY, at=now)
    assert (today.total.promised.number, today.total.postponed.number, today.total.judged.number) == (1, 1, 0)


@pytest.fixture
def about_the_manager(history: None, line: Team, alice: Staff, dana: Staff, now: datetime) -> Promise:
    """Late, and kept by Alice, in the manager's own department."""
    return make.promise(owner=alice, team=line, at=now - DAY, due_at=now - HOUR, excluded=[dana])


def test_what_is_about_the_reader_counts_in_the_whole_and_by_day_but_tells_nobody_whose_it_is(
    history: None, line: Team, alice: Staff, dana: Staff, now: datetime
) -> None:
    def counted(staff: Staff) -> dict[str, Any]:
        found = figures_of(staff, now)
        named = {line.name: numbers(line) for line in (*found.people, *found.teams)}
        return {"all": numbers(found.total), "days": [numbers(line) for line in found.days], **named}

    before = counted(dana)
    make.promise(owner=alice, team=line, at=now - DAY, due_at=now - HOUR, excluded=[dana])
    after = counted(dana)
    assert after.pop("all") == {**before["all"], "promised": 10, "judged": 8, "missed": 6, "late": 5}
    assert sum(day["promised"] for day in after.pop("days")) == 10
    assert after == {name: line for name, line in before.items() if name not in ("all", "days")}
    assert figures_of(dana, now).withheld == 1


# ── The page ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ("", "2026-03-12", "2026-03-12"),
        ("period=yesterday", "2026-03-11", "2026-03-11"),
        ("period=7", "2026-03-06", "2026-03-12"),
        ("period=30", "2026-02-11", "2026-03-12"),
        ("period=own&since=2026-01-01&until=2026-01-31", "2026-01-01", "2026-01-31"),
        ("period=own&since=2026-03-01", "2026-03-01", "2026-03-12"),
        ("period=own&since=soon", "2026-03-12", "2026-03-12"),
        ("period=999", "2026-03-12", "2026-03-12"),
    ],
)
def test_the_period_is_chosen(dana: Staff, query: str, first: str, last: str) -> None:
    page = in_english(make.client_of(dana)).get(f"{URL}?{query}").content.decode()
    assert f"First promised for {first} to {last}, as of 10:24" in page


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("since=2026-02-02&until=2026-02-01", "The last day must not come before the first."),
        ("since=2020-01-01&until=2026-02-01", "This is more than a year. Choose fewer days."),
        ("since=0001-01-01&until=9999-12-31", "This is more than a year. Choose fewer days."),
    ],
)
def test_dates_that_make_no_sense_are_named_and_today_is_shown(dana: Staff, query: str, error: str) -> None:
    page = in_english(make.client_of(dana)).get(f"{URL}?period=own&{query}").content.decode()
    assert error in page
    assert "First promised for 2026-03-12 to 2026-03-12" in page


def test_a_figure_opens_the_list_with_its_filter(history: None, dana: Staff, now: datetime) -> None:
    missed = figures_of(dana, now).total.missed
    page = in_english(make.client_of(dana)).get(f"/promises/?{missed.query}").content.decode()
    assert f"{missed.number} on this page, {missed.number} in all" in page


def test_a_share_stands_beside_its_denominator(history: None, dana: Staff) -> None:
    page = make.tight(in_english(make.client_of(dana)).get(f"{URL}?period=today").content.decode())
    assert 'Kept in time</span><div class="v">2<small>/ 5</small></div><div class="d">40 %</div>' in page


def test_the_manager_finds_the_morning_list_and_reassigning(dana: Staff, alice: Staff) -> None:
    managers, consultants = (in_english(make.client_of(staff)).get(URL).content.decode() for staff in (dana, alice))
    assert 'href="/promises/print/?state=open"' in managers
    assert 'href="/promises/?state=late"' in managers
    assert "Reassign" not in consultants


def test_of_no_promises_no_share_is_named(dana: Staff) -> None:
    page = in_english(make.client_of(dana)).get(URL).content.decode()
    assert "Nothing was promised for these days" in page
    assert " %</div>" not in page


def test_the_list_says_how_many_are_not_shown_and_nothing_about_them(
    about_the_manager: Promise, alice: Staff, dana: Staff, now: datetime
) -> None:
    window = in_english(make.client_of(dana))
    assert "1 of all these is counted here and by day, but not shown to you." in window.get(URL).content.decode()
    total = figures_of(dana, now).total
    assert total.late is not None
    for figure in (total.promised, total.judged, total.missed, total.late):
        page = window.get(f"/promises/?{figure.query}").content.decode()
        assert f"{figure.number - 1} in all" in page
        assert "1 not shown to you" in page
        assert f"/promises/{about_the_manager.pk}/" not in page
    assert "not shown to you" not in window.get(f"/promises/?{total.met.query}").content.decode()
    for narrower in (f"owner={alice.pk}", f"team={about_the_manager.team_id}", "kind=ring_back"):
        assert "not shown to you" not in window.get(f"/promises/?{narrower}").content.decode()
    assert window.get(f"/promises/{about_the_manager.pk}/").status_code == 404


def test_whose_figures_are_the_own_hears_of_nothing(line: Team, alice: Staff, bob: Staff, now: datetime) -> None:
    make.promise(owner=alice, at=now, excluded=[bob])
    window = in_english(make.client_of(bob))
    for page in (URL, "/promises/"):
        assert "not shown to you" not in window.get(page).content.decode()
    assert figures_of(bob, now).withheld == 0
