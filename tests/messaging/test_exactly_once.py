"""10,000 messages due at once, queued twice and delivered twice over, are sent 10,000 times. Missions B4, D5."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from django.db import connection

from accounts.models import Staff
from messaging.models import Channel, Message
from messaging.services.delivery import deliver_due
from messaging.services.gateways import GATEWAYS, Gateway, OnUnknown
from messaging.services.recovery import requeue_stuck
from tests.messaging.make import message

NUMBER = 10_000


@dataclass
class Counting(Gateway):
    """Takes all, and knows how often it was given each."""

    given: Counter[int] = field(default_factory=Counter)
    at_once = 100

    def address_of(self, message: Message) -> str:
        return "app"

    def send(self, message: Message) -> str:
        self.given[message.pk] += 1
        return ""

    def on_unknown(self, message: Message) -> OnUnknown:
        return OnUnknown.RESEND


def queue_copies(first: Message) -> None:
    """As whatever queues them would, each under its key; said in one statement, for it is not what is tested."""
    columns = [str(field.column) for field in Message._meta.concrete_fields if field.name not in ("id", "dedupe_key")]
    same = ", ".join(columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO messaging_message (dedupe_key, {same})
            WITH RECURSIVE number(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM number WHERE n < %s)
            SELECT 'replayed:' || n, {same} FROM messaging_message, number WHERE messaging_message.id = %s
            ON CONFLICT DO NOTHING
            """,
            [NUMBER, first.pk],
        )


def test_ten_thousand_due_replayed_twice_are_sent_exactly_ten_thousand_times(
    alice: Staff, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    counting = Counting()
    monkeypatch.setitem(GATEWAYS, Channel.IN_APP, lambda: counting)
    first = message(alice, now, dedupe_key="replayed:1")
    for _ in range(2):  # whatever queued them ran twice
        queue_copies(first)
    for _ in range(2):  # and so did what sends them
        deliver_due(now=lambda: now)
        requeue_stuck(at=now + timedelta(hours=1))
    assert (len(counting.given), set(counting.given.values())) == (NUMBER, {1})
    assert Message.objects.filter(state="sent", attempts=1).count() == NUMBER
