"""The manager's page: the days that it tells about, what stands on it for whom, and when there is nothing to tell."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from accounts.models import Staff
from dashboards.reports.figures import promise_figures
from promises.services.promises import postpone_promise
from tests import make
from tests.accounts.pages import in_english

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TODAY = date(2026, 3, 12)
URL = "/figures/promises/"


@pytest.fixture(autouse=True)
def _morning(now: datetime) -> Any:
    with time_machine.travel(now, tick=False):
        yield


def test_a_postponed_promise_stays_with_the_time_promised_first(alice: Staff, now: datetime) -> None:
    promise = make.promise(owner=alice, at=now - 2 * DAY, due_at=now + HOUR)
    postpone_promise(promise=promise, due_at=now + 3 * DAY, reason="家属要求", actor=alice.actor, at=now)
    today = promise_figures(staff=alice, since=TODAY, until=TODAY, at=now)
    assert (today.total.promised.number, today.total.postponed.number, today.total.judged.number) == (1, 1, 0)


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
    days = first if first == last else f"{first} to {last}"  # one day is one date
    assert f"First promised for {days}, as of 10:24" in page


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
    assert "First promised for 2026-03-12, as of" in page


def test_the_manager_finds_the_morning_list_and_reassigning(dana: Staff, alice: Staff) -> None:
    managers, consultants = (in_english(make.client_of(staff)).get(URL).content.decode() for staff in (dana, alice))
    assert 'href="/promises/print/?state=open"' in managers
    assert 'href="/promises/?state=late"' in managers
    assert "Reassign" not in consultants


def test_of_no_promises_no_share_is_named(dana: Staff) -> None:
    page = in_english(make.client_of(dana)).get(URL).content.decode()
    assert "Nothing was promised for these days" in page
    assert " %</div>" not in page


def test_whose_figures_are_the_own_hears_of_nothing(alice: Staff, bob: Staff, now: datetime) -> None:
    make.promise(owner=alice, at=now, excluded=[bob])
    window = in_english(make.client_of(bob))
    for page in (URL, "/promises/"):
        assert "not shown to you" not in window.get(page).content.decode()
    assert promise_figures(staff=bob, since=TODAY, until=TODAY, at=now).withheld == 0
