"""`python -m benchmarks.outbox FILE MESSAGES`: claiming and sending what is due (DATABASE_URL, REDIS_URL), as JSON.

Rates stand in milliseconds per 1,000 messages, so that less is better here as everywhere.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import django
import psycopg2

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital_crm.settings")
django.setup()

from django.db import connection, connections
from django.db.models import Count, F, Max, Min
from django.utils import timezone

from accounts.models import Staff
from messaging.models import Channel, Message, MessageClass
from messaging.querysets import MessageQuerySet
from messaging.services.delivery import claim_due, deliver_due
from messaging.services.limits import limits
from tools.children import tied
from tools.steps import ROOT, say

from . import servers
from .offers import prepare_offer, queue_offer
from .timing import ROUNDS, Result, Times

PROCESSES = 2
PATIENTS = 20_000  # most of whom have a mobile number
ALONE = 60  # messages that fall due one by one, about one a second
PATIENCE = 600
FILL = """
INSERT INTO messaging_message (dedupe_key, source, channel, message_class, kind, params, staff_id, queued_by_id,
  queued_at, send_at, due_at, expires_at, state, reason, attempts, address, receipt, in_doubt, is_forgotten,
  provider, reference, fate, provider_code)
SELECT gen_random_uuid(), 'bench', %s, %s, 'messaging.trial', '{}', %s, %s,
  now(), due, due, due + interval '1 day', 'queued', '', 0, '', '', false, false, '', '', '', ''
FROM (SELECT %s::timestamptz + n * %s * interval '1 second' AS due FROM generate_series(1, %s) n) each
"""
# The least that can be asked of a database: one flat row each, one statement a batch.
FLOOR = """
CREATE SCHEMA IF NOT EXISTS floor;
DROP TABLE IF EXISTS floor.reminder;
CREATE TABLE floor.reminder AS
  SELECT n AS id, now() - n * interval '1 ms' AS due_at, 0 AS status, NULL::uuid AS claim,
         NULL::timestamptz AS claimed_at
  FROM generate_series(1, %s) n;
ALTER TABLE floor.reminder ADD PRIMARY KEY (id);
CREATE INDEX ON floor.reminder (due_at) WHERE status = 0;
ANALYZE floor.reminder;
"""
FLOOR_CLAIM = """
UPDATE floor.reminder SET status = 1, claim = gen_random_uuid(), claimed_at = now() WHERE id IN (
  SELECT id FROM floor.reminder WHERE status = 0 AND due_at <= now() ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED)
"""


def queued() -> MessageQuerySet:
    """Without what the hospital itself has to say meanwhile."""
    return Message.objects.filter(source="bench").order_by()


def queue(channel: Channel, number: int, *, first: datetime, apart_seconds: float = 0) -> None:
    """So many messages to one colleague wait, and nothing else."""
    Staff.objects.filter(username="line").update(email="line@example.com")  # printed, not sent
    staff = Staff.objects.get(username="line")
    values = [channel, MessageClass.STAFF, staff.pk, staff.actor.pk, first, apart_seconds, number]
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE messaging_message CASCADE")
        cursor.execute(FILL, values)
        cursor.execute("VACUUM ANALYZE messaging_message")


def in_processes(work: Callable[[int], int], size: int) -> tuple[float, int]:
    """Seconds until none of the processes finds anything more, and how many rows they had together."""
    connections.close_all()  # each process opens its own
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("fork")) as pool:
        list(pool.map(_warm, range(PROCESSES)))
        began = time.perf_counter()
        done = sum(pool.map(work, [size] * PROCESSES))
        return time.perf_counter() - began, done


def _warm(_number: int) -> None:
    Staff.objects.count()
    time.sleep(0.2)  # so that each process takes one


def claim_all(size: int) -> int:
    claimed = 0
    while batch := claim_due(channel=Channel.EMAIL, limit=size, at=timezone.now()):
        claimed += len(batch)
    return claimed


def claim_floor(size: int) -> int:
    claimed = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(FLOOR_CLAIM, [size])
            if not cursor.rowcount:
                return claimed
            claimed += cursor.rowcount


def deliver_all(_size: int) -> int:
    sent = 0
    while number := deliver_due(now=timezone.now):
        sent += number
    return sent


def claiming(rows: int) -> Result:
    """Two processes claim what is due, ours and the floor in turn; nobody claims what somebody has."""
    ours, floor, size = [], [], limits().batch_rows
    for _ in range(ROUNDS):
        queue(Channel.EMAIL, rows, first=timezone.now())
        seconds, done = in_processes(claim_all, size)
        claimed = queued().filter(state="claimed", claim__isnull=False).count()
        if not done == rows == claimed:
            raise RuntimeError(f"{rows} were due, {done} were claimed, {claimed} stand as claimed")
        ours.append(seconds / rows * 1000)
        with connection.cursor() as cursor:
            cursor.execute(FLOOR, [rows])
        seconds, done = in_processes(claim_floor, size)
        floor.append(seconds / done * 1000)
    mine, theirs = Times.of(ours), Times.of(floor)
    return Result(
        "claim, two processes, ms per 1,000",
        rows,
        mine.p50_ms,
        mine.p95_ms,
        theirs.p50_ms,
        theirs.p95_ms,
        round(theirs.p50_ms / mine.p50_ms, 2),
        None,
        "<= 50 ms (20,000 a second)",
        mine.p50_ms <= 50,
    )


def single(name: str, rows: int, times: Times, goal: str, *, met: bool, queries: int | None = None) -> Result:
    return Result(name, rows, times.p50_ms, times.p95_ms, None, None, None, queries, goal, met)


def notes(rows: int) -> Result:
    """Notes in the app, from due to sent, by two processes without a queue between."""
    queue(Channel.IN_APP, rows, first=timezone.now())
    times, goal = _sent(rows), "<= 120 ms (1,000,000 in 120 s)"
    return single("notes sent, two processes, ms per 1,000", rows, times, goal, met=times.p50_ms <= 120)


def notes_beside_an_old_snapshot(rows: int) -> Result:
    """The same while a report or a back-up reads: each row that was moved on leaves a dead one that stays for it."""
    queue(Channel.IN_APP, rows, first=timezone.now())
    with old_snapshot():
        times, goal = _sent(rows), "<= 500 ms (2,000 a second)"
    return single("notes sent beside an old snapshot, ms per 1,000", rows, times, goal, met=times.p50_ms <= 500)


def _sent(rows: int) -> Times:
    seconds, _claims = in_processes(deliver_all, 0)  # what a turn had no time for is claimed again by the next
    sent = queued().filter(state="sent", attempts=1).count()
    if sent != rows:
        raise RuntimeError(f"{rows} were due, {sent} were sent once")
    return Times.of([seconds / rows * 1000])


@contextmanager
def old_snapshot() -> Iterator[None]:
    """What is there now can still be read until the end, so nothing of it can be cleaned away."""
    with closing(psycopg2.connect(os.environ["DATABASE_URL"])) as reader, reader.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT min(id) FROM messaging_message")
        yield


@contextmanager
def workers() -> Iterator[None]:
    """Two reminder workers as the product runs them, the first with the clock; mails are printed to nowhere."""
    command = [sys.executable, "-m", "celery", "--quiet", "-A", "benchmarks.quiet", "worker", "--pool=solo"]
    command += ["-l", "WARNING", "-Q", "reminders"]
    running = [
        subprocess.Popen(
            tied([*command, *more]),
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=(servers.FOLDER / f"worker{number}.log").open("wb"),
        )
        for number, more in enumerate((["-B", "-n", "first@%h"], ["-n", "second@%h"]))
    ]
    try:
        yield
    finally:
        for process in running:
            process.send_signal(signal.SIGTERM)
        for process in running:
            process.wait(60)


def wait_until_sent(rows: int) -> None:
    end = time.monotonic() + PATIENCE
    while queued().filter(state__in=["queued", "claimed", "handed_over"]).exists() and time.monotonic() < end:
        time.sleep(0.5)
    states = dict(queued().values_list("state").annotate(Count("pk")))
    if states != {"sent": rows}:
        raise RuntimeError(f"not all were sent: {states}")


def through_celery(channel: Channel, rows: int, goal_ms: float, goal: str) -> Result:
    """From the first hand-over to the last receipt, while two workers empty the queue."""
    if channel == Channel.SMS:
        rows = queue_offer(rows)
    else:
        queue(channel, rows, first=timezone.now())
    wait_until_sent(rows)
    took = queued().aggregate(took=Max("settled_at") - Min("handed_over_at"))["took"]
    if queued().exclude(attempts=1).exists():
        raise RuntimeError("some were handed over twice")
    times = Times.of([took.total_seconds() / rows * 1000])
    return single(f"{channel}, two workers, ms per 1,000", rows, times, goal, met=times.p50_ms <= goal_ms)


def due_to_sent() -> Result:
    """One after the other while nothing else is to do: what a person waits beyond the promised second."""
    queue(Channel.IN_APP, ALONE, first=timezone.now() + timedelta(seconds=2), apart_seconds=1.017)
    wait_until_sent(ALONE)
    waited: list[timedelta] = list(queued().values_list(F("settled_at") - F("due_at"), flat=True))
    times = Times.of([each.total_seconds() for each in waited])
    goal = "p50 <= 600 ms, p95 <= 1,500 ms"
    return single("due to sent, idle", ALONE, times, goal, met=times.p50_ms <= 600 and times.p95_ms <= 1500)


def results(messages: int) -> Iterator[Result]:
    yield claiming(messages // ROUNDS)
    yield notes(messages)
    yield notes_beside_an_old_snapshot(messages // ROUNDS)
    prepare_offer()
    with workers():
        yield due_to_sent()
        yield through_celery(Channel.EMAIL, messages // 50, 2000, "<= 2,000 ms (500 a second)")
        yield through_celery(Channel.SMS, PATIENTS, 2000, "<= 2,000 ms (500 a second)")
        yield through_celery(Channel.IN_APP, messages // 10, 500, "<= 500 ms (2,000 a second)")


def main() -> None:
    found = []
    for result in results(int(sys.argv[2])):
        say(f"  {result.name}: {result.ours_p50_ms} ms")
        found.append(result.as_dict())
    Path(sys.argv[1]).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
