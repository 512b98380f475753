"""What every page asks for by itself (the counts of the rail), and the page of the keyboard."""

from datetime import datetime, timedelta

import time_machine
from django.conf import settings
from django.test import Client

from accounts.models import Staff
from jobs.models import Job
from jobs.services import jobs
from tests import make
from tests.accounts.pages import in_english, sign_in
from tests.conftest import SignedIn

COUNTS = "/counts/"


def request(by: Staff, at: datetime) -> None:
    jobs.request_job(kind="audit_export", parameters={}, actor=by.actor, at=at)


def count_in(browser: Client) -> str:
    """The number that the fragment puts beside "Background jobs"."""
    text = browser.get(COUNTS).content.decode()
    assert "<html" not in text
    return text.partition('id="count-jobs" hx-swap-oob="true">')[2].partition("<")[0]


def test_counts_ones_own_open_jobs(alice: Staff, bob: Staff, signed_in: SignedIn, now: datetime) -> None:
    browser = signed_in(alice)
    request(bob, now)
    assert count_in(browser) == ""
    request(alice, now)
    request(alice, now)
    jobs.claim_job("audit_export", at=now)
    assert count_in(browser) == "2"
    for job in Job.objects.visible_to(alice):
        jobs.cancel_job(job=job, actor=alice.actor, at=now)
    assert count_in(browser) == ""


def test_every_page_asks_for_the_counts(alice: Staff, signed_in: SignedIn) -> None:
    assert f'hx-get="{COUNTS}" hx-trigger="load, every 30s"' in signed_in(alice).get("/account/").content.decode()


def test_asking_for_the_counts_is_no_activity(client: Client, alice: Staff, now: datetime) -> None:
    half = timedelta(minutes=settings.IDLE_MINUTES) / 2
    with time_machine.travel(now, tick=False) as clock:
        sign_in(client, "alice")
        for _ in range(2):
            clock.shift(half)
            assert client.get(COUNTS).status_code == 200
        clock.shift(half)
        answer = client.get("/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")


def test_counts_lead_the_whole_page_to_the_sign_in_once_the_session_is_over(client: Client, db: None) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/jobs/"}
    answer = client.get(COUNTS, headers=headers)
    assert (answer.status_code, answer["HX-Redirect"]) == (401, "/sign-in/?next=%2Fjobs%2F")


def test_keys_lists_what_can_be_pressed(alice: Staff, frank: Staff) -> None:
    seen = make.tight(in_english(make.client_of(alice)).get("/keys/").content.decode()).partition('id="main"')[2]
    assert "Workbench</span><kbd>g</kbd><kbd>w</kbd>" in seen
    assert "Next or previous row</span><kbd>j</kbd><kbd>k</kbd>" in seen
    assert "<kbd>s</kbd>" not in seen
    administrators = make.tight(in_english(make.client_of(frank)).get("/keys/").content.decode())
    assert "Settings</span><kbd>g</kbd><kbd>s</kbd>" in administrators


def test_keys_can_be_read_before_the_first_password_is_changed(db: None, client: Client) -> None:
    zoe = make.staff("zoe", "guide", must_change_password=True)
    assert make.client_of(zoe).get("/keys/").status_code == 200
    assert make.client_of(zoe).get("/")["Location"] == "/account/password/"
    assert client.get("/keys/")["Location"] == "/sign-in/?next=%2Fkeys%2F"
