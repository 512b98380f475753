"""Builders of messages, through the services."""

import itertools
from datetime import datetime, timedelta
from typing import Any

from messaging.models import Channel, Message
from messaging.services.outbox import queue_message
from messaging.services.queueing import Recipient
from tests.make import by

_numbers = itertools.count(1)


def message(recipient: Recipient, at: datetime, **values: Any) -> Message:
    """Due at once, unless told otherwise."""
    given: dict[str, Any] = {
        "channel": Channel.IN_APP,
        "kind": "messaging.trial",
        "params": {},
        "send_at": at,
        "expires_at": values.get("send_at", at) + timedelta(hours=4),
        "dedupe_key": f"test:{next(_numbers)}",
        "source": "test:1",
        "actor": by(),
    }
    queued = queue_message(recipient=recipient, at=at, **given | values)
    assert queued is not None
    return queued
