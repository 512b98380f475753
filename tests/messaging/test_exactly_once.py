"""10,000 messages to patients' phones, due at once, queued twice and delivered twice over by two processes at the same
moment, are sent 10,000 times. Missions B4, D5.
"""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta
from multiprocessing import get_context
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection, connections, models

from messaging.models import Channel, ContactLog, Message
from messaging.services.delivery import deliver_due
from messaging.services.gateways.aliyun import gateway
from messaging.services.gateways.wire import Deadline, Request
from messaging.services.patient_messages import queue_to_patient
from messaging.services.recovery import requeue_stuck
from patients.models import Patient, Phone
from tests import make
from tests.accounts.at_once import on_a_server, with_threads
from tests.messaging.channels import published, setup_of

NUMBER, BY_HAND, PROCESSES = 10_000, 20, 2


def copies(model: type[models.Model], new: str, values: str) -> None:
    """Of the first row there is, one for each number that has none yet; in one statement, for it is not what is tested.

    `new` names the columns that differ, `values` what stands in them, by `n`.
    """
    differ = {"id", *(each.strip() for each in new.split(","))}
    same = ", ".join(str(field.column) for field in model._meta.concrete_fields if field.column not in differ)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({new}, {same}) SELECT {values}, {same} "
            f"FROM (SELECT * FROM {table} ORDER BY id LIMIT 1) one, generate_series(1, %s) n ON CONFLICT DO NOTHING",
            [NUMBER - 1],
        )


def ten_thousand_patients() -> Patient:
    """Each with a mobile number of one's own; the first one's key is the lowest."""
    first = make.patient("欧阳桂兰", "13800000000")
    copies(Patient, "number", "'copy' || n")
    copies(Phone, "patient_id, digits, e164", f"{first.pk} + n, 13800000000 + n, '+86' || 13800000000 + n")
    assert Phone.objects.values("patient", "digits").distinct().count() == NUMBER
    return first


def queue_all(first: Patient, queue: Callable[[Patient], list[Message]]) -> None:
    """For some by the service, for the rest as it left the first one's."""
    for number in range(BY_HAND):
        queue(Patient.objects.get(pk=first.pk + number))
    copies(Message, "dedupe_key, patient_id", f"'offer:' || ({first.pk} + n), {first.pk} + n")


def deliver_all(now: datetime) -> Counter[str]:
    """What a worker does until nothing is due; returns how often it gave the provider each message."""
    given = Counter[str]()

    def take(request: Request, _deadline: Deadline) -> dict[str, Any]:
        told = parse_qs(urlsplit(request.url).query)
        given[told["OutId"][0]] += 1
        return {"Code": "OK", "BizId": told["OutId"][0]}

    gateway.hand_over = take  # type: ignore[assignment, attr-defined]  # in this process alone
    while deliver_due(now=lambda: now):
        pass
    connection.close()
    return given


@on_a_server
@with_threads
@pytest.mark.system
def test_ten_thousand_due_replayed_twice_are_sent_exactly_ten_thousand_times(now: datetime) -> None:
    setup_of("aliyun", "https://nowhere.example")
    version = published("{recipient}您好，请回电。", "aliyun")
    first = ten_thousand_patients()

    def queue(patient: Patient) -> list[Message]:
        return queue_to_patient(
            recipient=patient, template=version.template.code, values={}, send_at=now,
            expires_at=now + timedelta(days=1), dedupe_key=f"offer:{patient.pk}", source="offer", actor=make.by(),
            at=now, channels=[Channel.SMS],
        )  # fmt: skip

    for _ in range(2):  # whatever queued them ran twice
        queue_all(first, queue)
    assert queue(first) == []
    assert Message.objects.count() == NUMBER
    given, shares = Counter[str](), []
    for _ in range(2):  # and so did what sends them
        connections.close_all()  # each process opens its own
        with ProcessPoolExecutor(PROCESSES, mp_context=get_context("fork")) as pool:
            for each in pool.map(deliver_all, [now] * PROCESSES):
                given.update(each)
                shares.append(len(each))
        requeue_stuck(at=now + timedelta(hours=1))
    assert all(shares[:PROCESSES])
    assert not any(shares[PROCESSES:])
    assert (len(given), set(given.values())) == (NUMBER, {1})
    assert Message.objects.filter(state="sent", attempts=1).count() == NUMBER
    assert ContactLog.objects.values("patient").distinct().count() == NUMBER
