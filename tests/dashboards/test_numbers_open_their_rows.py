"""Every number on the workbench is a link, and the list that it opens holds as many rows."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.access import Role
from accounts.models import Department, Staff
from accounts.services.absences import record_absence
from dashboards.reports import workbench
from followups.models import Attempt
from followups.services.attempts import record_attempt
from promises.services.closing import keep_promise
from promises.services.handing_over import hand_over_promise
from tests import make
from tests.accounts.pages import in_english

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LINK = re.compile(r'<a[^>]*href="(/promises/\?[^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
HIDDEN = re.compile(r">(\d+) not shown to you<")
ROW = re.compile(r'<a class="c-name" href="/promises/\d+/">')


@pytest.fixture(autouse=True)
def _morning(now: datetime) -> Any:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def busy(alice: Staff, bob: Staff, dana: Staff, charlie: Staff, cataract: Department, now: datetime) -> None:
    """One of every sort of work around Alice: hers, her deputy's, passed on, nobody's, late, kept, of others."""
    line = make.team("热线组", alice, bob)
    deputised = make.staff("carol", "consultant", department=cataract)
    record_absence(
        staff=deputised, starts_on=now.date(), ends_on=now.date(), deputy=alice, actor=dana.actor, at=now - DAY
    )
    for owner in (alice, bob, deputised, charlie):
        for due in (-HOUR, 30 * MINUTE, 3 * HOUR, DAY):
            make.promise(owner=owner, team=line, at=now - DAY, due_at=now + due)
    for due in (-MINUTE, HOUR):
        make.promise(team=line, at=now - DAY, due_at=now + due)
    asked = make.promise(owner=bob, at=now - DAY, due_at=now - MINUTE)
    hand_over_promise(promise=asked, to=alice, actor=bob.actor, at=now)
    for owner in (alice, bob):
        kept = make.promise(owner=owner, at=now - DAY, due_at=now + HOUR)
        keep_promise(promise=kept, actor=owner.actor, at=now)
        before = make.promise(owner=owner, at=now - 2 * DAY, due_at=now - DAY)
        keep_promise(promise=before, actor=owner.actor, at=now - DAY - HOUR)
    tried = make.promise(owner=bob, at=now - DAY, due_at=now + HOUR)
    record_attempt(promise=tried, outcome=Attempt.Outcome.NO_ANSWER, actor=bob.actor, at=now)
    make.promise(owner=bob, at=now - DAY, due_at=now - HOUR, excluded=[alice, dana])


def numbers(page: str) -> Iterator[tuple[str, int]]:
    """Each link to the list of promises whose words hold a number."""
    for url, inside in LINK.findall(page):
        words = re.sub(r"<span class=\"sr\">.*?</span>|<[^>]+>", " ", inside)
        if found := re.search(r"\d+", words):
            yield unescape(url), int(found.group())


def rows(browser: Client, url: str) -> int:
    """Those shown, and those that the list says it does not show: they are about the reader."""
    page = browser.get(url).content.decode()
    hidden = HIDDEN.search(page)
    return len(ROW.findall(page)) + (int(hidden[1]) if hidden else 0)


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize("side", ["mine", "team"])
@pytest.mark.parametrize("role", [Role.CONSULTANT, Role.DOCTOR])
def test_as_many_rows_as_the_number_says(role: Role, side: str, alice: Staff) -> None:
    alice.role_grants.all().delete()
    alice.role_grants.create(role=role)
    reader = Staff.objects.with_access().get(pk=alice.pk)
    browser = in_english(make.client_of(reader))
    found = dict(numbers(browser.get(f"/?whose={side}").content.decode()))
    assert len(found) >= 4
    assert {url: rows(browser, url) for url in found} == found


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize("side", ["mine", "team"])
def test_so_it_is_for_whoever_leads(side: str, dana: Staff) -> None:
    browser = in_english(make.client_of(dana))
    found = dict(numbers(browser.get(f"/?whose={side}").content.decode()))
    assert {url: rows(browser, url) for url in found} == found


@pytest.mark.usefixtures("busy")
def test_whose_figures_are_only_the_own_the_workbench_says_the_same(alice: Staff, dana: Staff) -> None:
    """Alice reads of her own promises, on the workbench as in all figures; Dana of those of her department."""
    for reader, heading, met in ((alice, "My promises for today", 1), (dana, "Promises for today", 3)):
        browser = in_english(make.client_of(reader))
        aside = browser.get("/").content.decode().partition(f"<h2>{heading}</h2>")[2]
        assert next(numbers(aside))[1] == met
        figures = browser.get("/figures/promises/").content.decode()
        shown = [number for url, number in numbers(figures) if "measure=met" in url]
        assert shown[0] == met


def test_what_does_not_fit_is_counted_with_the_rest_and_listed(
    alice: Staff, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbench, "MOST_ROWS", 2)
    for hours in (2, 3, 4):
        make.promise(owner=alice, at=now, due_at=now + hours * HOUR)
    page = in_english(make.client_of(alice)).get("/").content.decode()
    assert "See all 3 in the list" in page
    assert '"/promises/?whose=mine"' in page


def test_only_all_of_them_is_green(alice: Staff, now: datetime) -> None:
    missed = make.promise(owner=alice, at=now - 2 * HOUR, due_at=now - HOUR)
    browser = in_english(make.client_of(alice))
    assert '<span class="ink2">0 %</span>' in browser.get("/").content.decode()
    keep_promise(promise=missed, actor=alice.actor, at=now)
    missed.__class__.objects.filter(pk=missed.pk).update(first_due_at=now + HOUR)
    assert '<span class="ok">100 %</span>' in browser.get("/").content.decode()


@pytest.mark.usefixtures("busy")
def test_the_rail_counts_what_the_list_calls_late(alice: Staff) -> None:
    browser = in_english(make.client_of(alice))
    late = re.search(r"Late: (\d+)", browser.get("/").content.decode())
    assert late is not None
    assert f">{late.group(1)} late</span>" in browser.get("/counts/").content.decode()
