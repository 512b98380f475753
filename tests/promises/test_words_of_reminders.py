"""What a reminder says: whom it is about in the app, no name in what leaves the house, and the way to the promise."""

from datetime import datetime
from itertools import product
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from messaging.models import KIND_NAMES, Channel, Message
from messaging.services.delivery import deliver_due
from messaging.templatetags.messages_worded import worded
from tests import make
from tests.messaging.make import message

KINDS = sorted(kind for kind in KIND_NAMES if kind.startswith("promises."))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_each_kind_tells_what_and_leads_there(db: None, now: datetime, mailoutbox: Any, language: str) -> None:
    alice = make.staff("", "consultant", email="alice@example.com", language=language)
    patient, url = make.patient("张桂兰", "13800001234"), reverse("promises:promise_detail", args=[17])
    given: dict[str, Any] = {"params": {"promise": 17, "kind": "ring_back", "due": now.isoformat()}, "about": patient}
    for kind, channel in product(KINDS, Channel):
        message(alice, now, kind=kind, channel=channel, **given)
    deliver_due(now=lambda: now)
    with translation.override(language):
        for note in Message.objects.filter(channel=Channel.IN_APP):
            assert worded(note, "title", now), note.kind
            assert worded(note, "url", now) == url, note.kind
            assert "张桂兰" in worded(note, "text", now), note.kind
    assert len(mailoutbox) == len(KINDS)
    for mail in mailoutbox:
        assert url in mail.body, mail.subject
        assert "2026-03-12 10:24" in mail.body, mail.subject
        assert [word for word in ("张桂兰", "1234", "\n\n\n") if word in mail.subject + mail.body] == [], mail.subject
