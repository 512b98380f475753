"""What an alarm needs to know, for whoever shows the token: numbers, and nobody's name."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from math import inf
from typing import Any
from unittest.mock import Mock
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from accounts.models import Staff
from jobs.services.beats import record_beat
from jobs.services.jobs import claim_job, request_job
from messaging.models import Message
from promises.services.closing import keep_promise
from tests import make

TOKEN = "0123456789abcdef" * 2


@pytest.fixture(autouse=True)
def _late_in_the_morning(settings: Any, now: datetime) -> Iterator[None]:
    settings.METRICS_TOKEN = TOKEN
    with time_machine.travel(now, tick=False):
        yield


def read(client: Client, token: str = TOKEN) -> dict[str, float]:
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    lines = [line for line in answer.content.decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_tell_what_waits_and_since_when(client: Client, alice: Staff, now: datetime) -> None:
    promise = make.promise(make.patient("张桂兰", "13800001234"), owner=alice, at=now - timedelta(hours=3))
    Message.objects.update(state="queued", due_at=now - timedelta(minutes=10))
    record_beat(queue="reminders", at=now - timedelta(seconds=95))
    told = read(client)
    assert told["crm_messages_due"] == Message.objects.count() > 0
    assert told["crm_messages_oldest_due_seconds"] == 600
    assert told["crm_promises_late"] == 1
    assert told['crm_beat_age_seconds{queue="reminders"}'] == 95
    Message.objects.update(state="unknown")
    assert read(client)["crm_messages_unknown"] == Message.objects.count()
    assert promise.owner == alice


def test_tell_only_of_what_waits(client: Client, alice: Staff, now: datetime) -> None:
    """Not of messages for later, of jobs that run, of promises that were kept, though late."""
    kept = make.promise(owner=alice, at=now - timedelta(hours=3))
    keep_promise(promise=kept, actor=alice.actor, at=now)
    Message.objects.update(state="queued", settled_at=None, due_at=now + timedelta(minutes=10))
    running, waiting = (
        request_job(kind="x", parameters={}, actor=alice.actor, at=now - timedelta(minutes=age), submission=uuid4())
        for age in (30, 20)
    )
    assert claim_job("x", at=now) == running
    told = read(client)
    assert Message.objects.exists()
    assert (told["crm_messages_due"], told["crm_promises_late"]) == (0, 0)
    assert (told["crm_jobs_queued"], told["crm_jobs_oldest_queued_seconds"]) == (1, 1200)
    assert waiting.requested_at == now - timedelta(minutes=20)


def test_the_token_is_told_after_its_word(client: Client, db: None) -> None:
    for shown in (TOKEN, f"Basic {TOKEN}", f"bearer{TOKEN}"):
        assert client.get("/metrics", headers={"Authorization": shown}).status_code == 404


def test_where_nothing_waits_all_is_nought(client: Client, db: None) -> None:
    told = read(client)
    waiting = [value for name, value in told.items() if name.startswith("crm_") and "beat" not in name]
    assert waiting == [0.0] * 6


def test_a_worker_that_never_ran_is_told_of(client: Client, settings: Any, now: datetime, db: None) -> None:
    """Every queue of the clock has its line; one that no worker serves any more has none."""
    record_beat(queue="reminders", at=now)
    record_beat(queue="retired", at=now)
    told = {name: value for name, value in read(client).items() if "beat" in name}
    assert told == {'crm_beat_age_seconds{queue="reminders"}': 0, 'crm_beat_age_seconds{queue="jobs"}': inf}
    assert {entry["options"]["queue"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} == set(settings.QUEUES)


def test_count_requests_by_page_and_status(client: Client, db: None) -> None:
    name = 'django_http_responses_total_by_status_view_method_total{method="GET",status="200",view="healthz"}'
    before = read(client).get(name, 0)
    client.get("/healthz")
    assert read(client)[name] == before + 1


AROUND_PAGES = [
    "django.middleware.security.SecurityMiddleware.process_request",
    "accounts.signin.sessions.LastingCookieMiddleware.process_request",
    "django.middleware.gzip.GZipMiddleware.process_response",
    "accounts.signin.pages.StaffLanguageMiddleware.__call__",
    "accounts.signin.idle.IdleTimeoutMiddleware.__call__",
]


@pytest.mark.parametrize("place", AROUND_PAGES)
def test_count_faults_around_the_pages_too(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    name = 'django_http_responses_total_by_status_total{status="500"}'
    before = read(client)[name]  # from nought on: an increase is seen at the first fault already
    monkeypatch.setattr(place, Mock(side_effect=ZeroDivisionError))
    assert Client(raise_request_exception=False).get("/healthz").status_code == 500
    monkeypatch.undo()
    assert read(client)[name] == before + 1


def test_name_nobody(client: Client, alice: Staff, now: datetime) -> None:
    patient = make.patient("张桂兰", "13800001234")
    make.client_of(alice).get(f"/patients/{patient.pk}/?kind=张桂兰")
    text = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).content.decode()
    assert not any(word in text for word in ("张桂兰", "13800001234", "alice", f"/patients/{patient.pk}"))


@pytest.mark.parametrize("token", ["", "wrong", TOKEN + "0"])
def test_without_the_token_there_is_no_such_page(client: Client, db: None, token: str) -> None:
    assert client.get("/metrics", headers={"Authorization": f"Bearer {token}"}).status_code == 404


def test_where_no_token_is_set_there_is_no_such_page(client: Client, settings: Any, db: None) -> None:
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
