"""Many workers at once: every message is claimed, and none twice."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.db import connection

from messaging.models import Channel, Message
from messaging.services.delivery import claim_due, deliver_due
from tests import make
from tests.accounts.at_once import on_a_server, with_threads
from tests.messaging.conftest import Post
from tests.messaging.make import message

WORKERS, ROWS = 8, 400


def many(now: datetime, rows: int) -> set[int]:
    person = make.staff()
    first = message(person, now, channel=Channel.EMAIL)
    values = {name: getattr(first, name) for name in ("source", "channel", "kind", "staff", "queued_by", "queued_at")}
    times = {name: getattr(first, name) for name in ("send_at", "due_at", "expires_at")}
    copies = [Message(dedupe_key=f"copy:{number}", **values, **times) for number in range(rows - 1)]
    Message.objects.bulk_create(copies)
    return set(Message.objects.values_list("pk", flat=True))


@on_a_server
@with_threads
def test_eight_workers_claim_four_hundred_rows_and_none_twice(now: datetime) -> None:
    rows = many(now, ROWS)

    def claim_all(_: int) -> list[int]:
        held: list[int] = []
        try:
            while batch := claim_due(channel=Channel.EMAIL, limit=7, at=now):
                held += [row.pk for row in batch]
        finally:
            connection.close()
        return held

    with ThreadPoolExecutor(WORKERS) as pool:
        held = Counter(pk for worker in pool.map(claim_all, range(WORKERS)) for pk in worker)
    assert held == dict.fromkeys(rows, 1)


@on_a_server
@with_threads
def test_two_beats_at_once_send_everything_once(post: Post, now: datetime) -> None:
    rows = many(now, 60)

    def beat(_: int) -> None:
        try:
            deliver_due(now=lambda: now)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(beat, range(2)))
    beat(0)
    assert Counter(post.given) == dict.fromkeys(rows, 1)
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}


@pytest.mark.django_db
def test_a_second_beat_in_the_same_second_finds_nothing_left(post: Post, now: datetime) -> None:
    rows = many(now, 3)
    for _ in range(2):
        deliver_due(now=lambda: now)
    assert sorted(post.given) == sorted(rows)
