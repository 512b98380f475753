"""The manager's page: each figure counts exactly the rows that its link shows, and none outside the reader's scope."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.http import QueryDict
from django.test import RequestFactory
from django.utils.translation import override
from pytest_django import DjangoDbBlocker

from accounts.models import Staff, Team
from dashboards.reports.figures import Line, PromiseFigures, promise_figures
from dashboards.reports.team import around
from followups.models import Attempt
from followups.services.attempts import record_attempt
from promises.filters import PromiseFilter
from promises.models import Promise
from promises.services.closing import close_not_reached, keep_promise, withdraw_promise
from promises.services.days import sum_days
from promises.services.promises import postpone_promise
from tests import make
from tests.accounts.pages import in_english
from tests.database import undone

# They only read, all the same history, which takes longer to write than they do.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("history"), pytest.mark.xdist_group("history")]
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOW = datetime(2026, 3, 12, 10, 24, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY = date(2026, 3, 12)
URL = "/figures/promises/"


@pytest.fixture(autouse=True)
def _morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(scope="module", params=["live", "summed"])
def history(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Whether the days that are over have their sums makes no difference."""
    with undone(django_db_blocker), pytest.MonkeyPatch.context() as monkeypatch:
        with time_machine.travel(NOW, tick=False):
            write_history(NOW)
            if request.param == "summed":
                monkeypatch.setattr("promises.services.days.KEPT_READY", 40)
                sum_days(at=NOW)
        yield


def write_history(now: datetime) -> None:
    """Promises in every state, of today, yesterday and long ago; of Alice, Bob, nobody, somebody who left, Charlie."""
    cataract, glaucoma = make.department("白内障科", "Cataract"), make.department("青光眼科", "Glaucoma")
    alice, bob, gone = (make.staff(name, "consultant", department=cataract) for name in ("alice", "bob", "gone"))
    make.staff("dana", "manager", department=cataract)
    charlie = make.staff("charlie", "followup_nurse", department=glaucoma)
    line = make.team("热线组", alice, bob, make.staff("nora", "followup_nurse"), lead=alice)
    patient = make.patient("张桂兰", "13800001234")

    def owed(owner: Staff | None, due: timedelta, **details: Any) -> Any:
        return make.promise(patient, owner=owner, at=now - 40 * DAY, due_at=now + due, **details)

    kept, kept_late, tried, gave_up, moved, dropped = (
        owed(alice, due) for due in (HOUR, -HOUR, HOUR, -DAY, -DAY, HOUR)
    )
    keep_promise(promise=kept, actor=alice.actor, at=now - HOUR)
    keep_promise(promise=kept_late, actor=alice.actor, at=now - MINUTE)
    record_attempt(promise=tried, outcome=Attempt.Outcome.NO_ANSWER, actor=alice.actor, at=now - HOUR)
    close_not_reached(promise=gave_up, reason="no_answer", actor=alice.actor, at=now)
    postpone_promise(promise=moved, due_at=now + DAY, reason="家属要求", actor=alice.actor, at=now)
    withdraw_promise(promise=dropped, reason="重复", actor=alice.actor, at=now)
    owed(bob, -2 * HOUR)
    owed(bob, HOUR, team=line)
    owed(bob, -35 * DAY)
    owed(None, DAY, team=line)
    owed(gone, -HOUR)
    make.left(gone)
    owed(charlie, -HOUR)


def written(username: str) -> Staff:
    """One of those whom the history is about."""
    staff: Staff = Staff.objects.get(username=username)
    return staff


@pytest.fixture
def alice() -> Staff:
    return written("alice")


@pytest.fixture
def line() -> Team:
    return Team.objects.get()


@pytest.fixture
def charlie() -> Staff:
    return written("charlie")


@pytest.fixture
def dana() -> Staff:
    return written("dana")


class List:
    """The list of promises as the person sees it; what is visible is asked once, and then filtered."""

    def __init__(self, staff: Staff) -> None:
        self.request = RequestFactory().get("/promises/")
        self.request.user = staff
        self.visible = list(Promise.objects.visible_to(staff, TODAY).values_list("pk", flat=True))

    def count(self, query: str) -> int:
        """How many rows it has for the filter."""
        rows = Promise.objects.filter(pk__in=self.visible)
        return int(PromiseFilter(QueryDict(query), queryset=rows, request=self.request).qs.count())


def figures_of(staff: Staff, now: datetime, days: int = 30) -> PromiseFigures:
    return promise_figures(staff=staff, since=TODAY - days * DAY, until=TODAY + DAY, at=now)


def numbers(line: Line) -> dict[str, int]:
    names = ("promised", "judged", "met", "missed", "postponed", "not_reached")
    found = {name: getattr(line, name).number for name in names}
    return {**found, "late": line.late.number} if line.late else found


@pytest.mark.parametrize("who", ["dana", "alice", "nora"])
def test_every_figure_counts_the_rows_that_its_link_shows(now: datetime, who: str) -> None:
    """A manager, a consultant (own figures) and a nurse (the team's)."""
    staff = Staff.objects.get(username=who)
    figures, shown_to = figures_of(staff, now), List(staff)
    lines = [figures.total, *figures.people, *figures.teams, figures.days[-2]]  # today; every day is reckoned alike
    shown = {
        (line.name, name): (figure.number, shown_to.count(figure.query))
        for line in lines
        for name, figure in vars(line).items()
        if name != "name" and figure is not None
    }
    assert len(shown) > 20
    assert {key: pair for key, pair in shown.items() if pair[0] != pair[1]} == {}
    assert sum(number for number, _ in shown.values()) > 0


def test_a_manager_sees_how_the_department_kept_its_promises(dana: Staff, now: datetime) -> None:
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
    alice: Staff, charlie: Staff, dana: Staff, now: datetime
) -> None:
    assert [line.name for line in figures_of(alice, now).people] == ["Alice"]
    assert [line.name for line in figures_of(charlie, now).people] == ["Charlie"]
    assert "Charlie" not in [line.name for line in figures_of(dana, now).people]


def test_only_what_was_first_promised_for_the_days_counts_but_late_is_late(dana: Staff, now: datetime) -> None:
    today = promise_figures(staff=dana, since=TODAY, until=TODAY, at=now)
    assert (today.total.promised.number, len(today.days)) == (6, 1)
    assert today.total.late == figures_of(dana, now).total.late


def test_who_promised_most_comes_first_and_nobodys_last(dana: Staff, now: datetime) -> None:
    figures = figures_of(dana, now)
    for lines in (figures.people, figures.teams):
        *named, _nobodys = (line.promised.number for line in lines)
        assert named == sorted(named, reverse=True)
    assert "owner=null" in figures.people[-1].promised.query
    assert "team=null" in figures.teams[-1].promised.query


@pytest.mark.parametrize(("language", "name"), [("zh-hans", "2026-03-12 星期四"), ("en", "Thu 12 Mar 2026")])
def test_a_day_is_named_as_its_reader_writes_it(dana: Staff, now: datetime, language: str, name: str) -> None:
    with override(language):
        assert promise_figures(staff=dana, since=TODAY, until=TODAY, at=now).days[0].name == name


@pytest.fixture
def about_the_manager(line: Team, alice: Staff, dana: Staff, now: datetime) -> Promise:
    """Late, and kept by Alice, in the manager's own department."""
    return make.promise(owner=alice, team=line, at=now - DAY, due_at=now - HOUR, excluded=[dana])


def test_what_is_about_the_reader_counts_in_the_whole_and_by_day_but_tells_nobody_whose_it_is(
    line: Team, alice: Staff, dana: Staff, now: datetime
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


def test_a_figure_opens_the_list_with_its_filter(dana: Staff, now: datetime) -> None:
    missed = figures_of(dana, now).total.missed
    page = in_english(make.client_of(dana)).get(f"/promises/?{missed.query}").content.decode()
    assert f"{missed.number} on this page, {missed.number} in all" in page


def test_a_share_stands_beside_its_denominator(dana: Staff) -> None:
    page = make.tight(in_english(make.client_of(dana)).get(f"{URL}?period=today").content.decode())
    assert 'Kept in time</span><div class="v">2<small>/ 5</small></div><div class="d">40 %</div>' in page


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


def test_what_one_is_only_asked_to_take_over_counts_where_it_lies(dana: Staff, charlie: Staff, now: datetime) -> None:
    before, beside = figures_of(dana, now).total, around(dana, at=now).today.rate
    asked = make.promise(owner=charlie, at=now - DAY, due_at=now - HOUR)
    Promise.objects.filter(pk=asked.pk).update(pending_owner=dana)
    assert Promise.objects.visible_to(dana, TODAY).filter(pk=asked.pk).exists()
    assert figures_of(dana, now).total == before
    assert around(dana, at=now).today.rate == beside
    assert before.late is not None
    assert List(dana).count(before.late.query) == before.late.number
    assert figures_of(charlie, now).total.promised.number > 0


def test_what_is_about_oneself_counts_beside_the_workbench_as_in_the_figures(dana: Staff, now: datetime) -> None:
    beside = around(dana, at=now).today.rate
    make.promise(owner=written("alice"), at=now - DAY, due_at=now - HOUR, excluded=[dana])
    assert around(dana, at=now).today.rate != beside
