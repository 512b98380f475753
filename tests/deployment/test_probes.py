"""Alive and ready: what load balancers ask, each part saying what is wrong with it."""

import socket
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from accounts.models import Staff
from hospital_crm.celery import app
from hospital_crm.lib import deployment
from jobs.models import Job
from jobs.services.beats import record_beat
from tests import make
from tests.deployment.test_settings import env_of

READY = {
    "status": "ok",
    "database": "ok",
    "migrations": "ok",
    "broker": "ok",
    "beat_reminders": "ok",
    "beat_jobs": "ok",
}


@pytest.fixture
def beating(db: None, now: datetime) -> Iterator[None]:
    """Both workers said just now that they live, and now stands still."""
    for queue in ("reminders", "jobs"):
        record_beat(queue=queue, at=now)
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def redis_at(tmp_path: Path) -> Iterator[Callable[[int], None]]:
    """Makes the broker a Redis server at that port of this machine."""
    kept = {name: app.conf[name] for name in ("broker_url", "broker_transport_options")}

    def move(port: int) -> None:
        address, options = deployment.broker(env_of(REDIS_URL=f"redis://127.0.0.1:{port}/0"), tmp_path)
        app.conf.update(broker_url=address, broker_transport_options=options)

    yield move
    app.conf.update(kept)


def report(client: Client) -> tuple[int, dict[str, str]]:
    answer = client.get("/readyz")
    assert answer["Content-Type"] == "application/json"
    assert "no-store" in answer["Cache-Control"]
    parts: dict[str, str] = answer.json()
    return answer.status_code, parts


def not_ready(**parts: str) -> tuple[int, dict[str, str]]:
    return 503, READY | {"status": "not ready"} | parts


def test_alive_is_said_without_asking_the_database(client: Client) -> None:
    answer = client.get("/healthz")  # without the fixture `db` a query would fail this test
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_ready_when_every_part_is(client: Client, beating: None) -> None:
    assert report(client) == (200, READY)


@pytest.mark.parametrize(("age", "said"), [(30, "ok"), (31, "31 s ago"), (7200, "7200 s ago")])
def test_a_worker_that_fell_silent_is_named_with_its_silence(
    client: Client, beating: None, now: datetime, age: int, said: str
) -> None:
    record_beat(queue="jobs", at=now - timedelta(seconds=age))
    assert report(client) == ((200, READY) if said == "ok" else not_ready(beat_jobs=said))


def test_a_worker_that_never_came_up_is_named(client: Client, db: None) -> None:
    assert report(client) == not_ready(beat_reminders="never", beat_jobs="never")


def test_a_migration_that_was_not_run_is_counted(client: Client, beating: None) -> None:
    MigrationRecorder(connection).record_unapplied("jobs", "0002_json_files")
    assert report(client) == not_ready(migrations="1 to run")


def test_a_broker_that_is_away_is_named_and_the_pages_go_on(
    client: Client, beating: None, redis_at: Callable[[int], None], frank: Staff
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        redis_at(closed.getsockname()[1])
        status, parts = report(client)
        office, told = make.client_of(frank), {"submission": str(uuid4()), "format": "csv", "purpose": "check"}
        assert office.get("/").status_code == 200
        assert office.post("/audit/export/", told)["Location"] == "/jobs/"
    assert (status, parts) == not_ready(broker="OperationalError")
    assert Job.objects.get().state == "queued"


@pytest.mark.system  # it waits for real
def test_a_broker_that_hangs_does_not_make_the_answer_hang(
    client: Client, beating: None, redis_at: Callable[[int], None]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        redis_at(silent.getsockname()[1])
        start = time.monotonic()
        assert report(client) == not_ready(broker="OperationalError")
        assert time.monotonic() - start < 3


def test_a_database_that_is_away_is_named(client: Client) -> None:
    """Without the fixture `db` every query fails, as it would then."""
    status, parts = report(client)
    assert (status, parts["broker"]) == (503, "ok")
    assert {parts[name] for name in ("database", "migrations", "beat_reminders", "beat_jobs")} == {"RuntimeError"}


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_probes_can_only_be_read(client: Client, method: str) -> None:
    for url in ("/healthz", "/readyz"):
        assert getattr(client, method)(url).status_code == 405
