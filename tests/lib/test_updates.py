"""A change that is put together once changes what `update` would change."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from accounts.models import Staff
from hospital_crm.lib.prepared import Gap
from hospital_crm.lib.updates import PreparedUpdate
from messaging.models import Message
from messaging.querysets import MessageQuerySet
from tests.messaging.make import message

CLAIM = UUID("5f2b5c1e-0f6e-4b53-9d8f-3f0b7c6a1d20")
KEY = Message._meta.get_field("id")


def chosen() -> MessageQuerySet:
    return Message.objects.filter(pk=Gap("key", KEY), state="queued")


def told(now: datetime) -> dict[str, Any]:
    return {
        "claim": CLAIM, "claimed_at": now, "address": "100% '张\\", "attempts": F("attempts") + 1, "parts": 2,
        "cost": Decimal("0.045"), "ask_at": None, "in_doubt": True,
    }  # fmt: skip


def test_rows_hold_what_an_update_would_have_them_hold(alice: Staff, now: datetime) -> None:
    plain, kept, other = (message(alice, now) for _ in range(3))
    update, before = PreparedUpdate[Message](), Message.objects.values().get(pk=other.pk)
    Message.objects.filter(pk=plain.pk).update(**told(now))
    assert update.made("", chosen, {"key": kept.pk}, told(now)) == 1
    rows: dict[int, dict[str, Any]] = {row["id"]: {**row, "id": 0} for row in Message.objects.values()}
    assert {**rows[kept.pk], "dedupe_key": ""} == {**rows[plain.pk], "dedupe_key": ""}
    assert rows[kept.pk]["attempts"] == 1
    assert {**rows[other.pk], "id": other.pk} == before


def test_the_next_time_it_has_the_values_of_that_time(alice: Staff, now: datetime) -> None:
    one, other = message(alice, now), message(alice, now)
    update = PreparedUpdate[Message]()
    update.made("", chosen, {"key": one.pk}, {"address": "one", "ask_at": None})
    with CaptureQueriesContext(connection) as asked:
        update.made("", chosen, {"key": other.pk}, {"address": "other", "ask_at": now})
    assert len(asked) == 1
    assert dict(Message.objects.values_list("address", "ask_at")) == {"one": None, "other": now}


def test_other_columns_are_another_change(alice: Staff, now: datetime) -> None:
    one, update = message(alice, now), PreparedUpdate[Message]()
    update.made("", chosen, {"key": one.pk}, {"address": "one"})
    update.made("", chosen, {"key": one.pk}, {"receipt": "two"})
    one.refresh_from_db()
    assert (one.address, one.receipt) == ("one", "two")


def test_what_is_not_chosen_stays_and_is_not_counted(alice: Staff, now: datetime) -> None:
    one, update = message(alice, now), PreparedUpdate[Message]()
    Message.objects.update(state="claimed")
    assert update.made("", chosen, {"key": one.pk}, {"address": "one"}) == 0
    assert Message.objects.get().address == ""


def test_a_change_that_fails_takes_the_transaction_with_it(alice: Staff, now: datetime) -> None:
    one, update = message(alice, now), PreparedUpdate[Message]()
    with pytest.raises(DatabaseError), transaction.atomic():
        update.made("", chosen, {"key": one.pk}, {"state": "sent"})  # sent, and not settled: the table refuses it
    assert Message.objects.get().state == "queued"
