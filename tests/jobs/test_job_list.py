"""The page of one's own background jobs: progress, files, cancelling; nobody sees anybody else's."""

import re
from datetime import datetime
from html import unescape

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from accounts.models import Staff
from jobs.models import Job, StoredFile
from jobs.services import jobs
from jobs.services.files import store_file
from tests import make
from tests.accounts.pages import in_english
from tests.conftest import SignedIn

URL = "/jobs/"
ROWS = "/jobs/rows/"
ASKS_AGAIN = 'hx-trigger="every 2s"'


@pytest.fixture
def desk(alice: Staff) -> Client:
    """Alice's browser, in English."""
    return in_english(make.client_of(alice))


def request(by: Staff, at: datetime) -> Job:
    return jobs.request_job(kind="audit_export", parameters={}, actor=by.actor, at=at)


def claim(at: datetime) -> Job:
    job = jobs.claim_job("audit_export", at=at)
    assert job is not None
    return job


def cancel_url(job: Job) -> str:
    return reverse("jobs:job_cancel", args=[job.pk])


def text_of(browser: Client, url: str = URL) -> str:
    return browser.get(url).content.decode()


def test_without_jobs_says_so_and_does_not_ask_again(desk: Client) -> None:
    text = text_of(desk)
    assert "Nothing runs in the background" in text
    assert ASKS_AGAIN not in text


def test_shows_ones_own_jobs_newest_first_and_nobody_elses(
    desk: Client, alice: Staff, bob: Staff, now: datetime
) -> None:
    mine = [request(alice, now), request(alice, now)]
    theirs = request(bob, now)
    text = text_of(desk)
    assert text.index(f'action="{cancel_url(mine[1])}"') < text.index(f'action="{cancel_url(mine[0])}"')
    assert cancel_url(theirs) not in text


def test_asks_again_only_while_something_of_ones_own_is_open(
    desk: Client, alice: Staff, bob: Staff, now: datetime
) -> None:
    request(alice, now)
    job = claim(now)
    request(bob, now)
    assert ASKS_AGAIN in text_of(desk)
    jobs.finish_job(job=job, result=None, at=now)
    assert ASKS_AGAIN not in text_of(desk)


def test_what_it_asks_again_is_the_list_alone(desk: Client, alice: Staff, bob: Staff, now: datetime) -> None:
    mine, theirs = request(alice, now), request(bob, now)
    text = text_of(desk, ROWS)
    assert "<html" not in text
    assert ASKS_AGAIN in text
    assert cancel_url(mine) in text
    assert cancel_url(theirs) not in text


def test_shows_how_far_a_running_job_is(desk: Client, alice: Staff, now: datetime) -> None:
    request(alice, now)
    job = claim(now)
    assert "Starting" in text_of(desk)
    jobs.report_progress(job=job, done=500, total=2000, at=now)
    text = text_of(desk)
    assert "500 of 2000 rows, 25%" in text
    assert '<progress class="mt-1" value="500" max="2000">' in make.tight(text)


def test_offers_the_file_of_a_finished_job(desk: Client, alice: Staff, now: datetime) -> None:
    request(alice, now)
    job = claim(now)
    kinds = frozenset({StoredFile.Kind.CSV})
    stored = store_file(name="a.csv", content=ContentFile(b"a,b"), kinds=kinds, actor=alice.actor, at=now)
    jobs.finish_job(job=job, result=stored, at=now)
    text = text_of(desk)
    assert reverse("dashboards:audit_export_file", args=[job.pk]) in text
    assert cancel_url(job) not in text
    assert str(stored.content.name) not in text


def test_says_why_a_file_is_gone_and_when_in_words(desk: Client, alice: Staff, now: datetime) -> None:
    with time_machine.travel(now, tick=False):
        request(alice, now)
        jobs.finish_job(job=claim(now), result=None, at=now)
        text = text_of(desk)
    assert "Its file is gone" in text
    assert "today 10:24 · Done today 10:24" in make.tight(text)


def test_says_that_a_job_failed_without_the_programs_words(desk: Client, alice: Staff, now: datetime) -> None:
    request(alice, now)
    jobs.fail_job(job=claim(now), error="OperationalError", at=now)
    text = text_of(desk)
    assert "This did not work" in text
    assert "OperationalError" not in text


def test_cancels(desk: Client, alice: Staff, now: datetime) -> None:
    job = request(alice, now)
    answer = desk.post(cancel_url(job), follow=True)
    assert "Job cancelled" in answer.content.decode()
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_says_when_there_is_nothing_to_cancel_any_more(desk: Client, alice: Staff, now: datetime) -> None:
    job = request(alice, now)
    jobs.finish_job(job=claim(now), result=None, at=now)
    assert "This job is over already." in desk.post(cancel_url(job), follow=True).content.decode()
    job.refresh_from_db()
    assert job.state == "done"


def test_nobody_cancels_the_job_of_somebody_else(
    alice: Staff, bob: Staff, frank: Staff, signed_in: SignedIn, client: Client, now: datetime
) -> None:
    job = request(alice, now)
    for person in (bob, frank):
        assert signed_in(person).post(cancel_url(job)).status_code == 404
    assert client.post(cancel_url(job))["Location"].startswith("/sign-in/")
    assert signed_in(alice).get(cancel_url(job)).status_code == 405
    job.refresh_from_db()
    assert job.state == "queued"


def link(text: str, page: str) -> str:
    """Where the pager leads; "" if it leads nowhere."""
    found = re.search(rf'href="([^"]+)" data-page="{page}"', text)
    return unescape(found[1]) if found else ""


def test_pages_through_many_jobs_and_the_list_keeps_its_place(desk: Client, alice: Staff, now: datetime) -> None:
    for _ in range(31):
        request(alice, now)
    first = text_of(desk)
    second = text_of(desk, link(first, "next"))
    assert [text.count("Export of the audit") for text in (first, second)] == [25, 6]
    assert (link(first, "prev"), link(second, "next")) == ("", "")
    assert text_of(desk, link(second, "prev")).count("Export of the audit") == 25
    # What the list asks for again is the page that it shows, and its links lead to pages.
    asked = re.search(r'hx-get="(/jobs/rows/[^"]*)" hx-trigger', second)
    assert asked
    again = text_of(desk, unescape(asked[1]))
    assert again.count("Export of the audit") == 6
    assert link(again, "prev") == link(second, "prev")
