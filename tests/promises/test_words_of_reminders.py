"""What a reminder says: whom it is about in the app, no name in what leaves the house, and the way to the promise."""

from datetime import datetime
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from messaging.models import KIND_NAMES, Channel
from messaging.services.delivery import deliver_due
from messaging.templatetags.messages_worded import worded
from tests import make
from tests.messaging.make import message

KINDS = sorted(kind for kind in KIND_NAMES if kind.startswith("promises."))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_tells_what_and_leads_there(db: None, now: datetime, mailoutbox: Any, kind: str, language: str) -> None:
    alice = make.staff("", "consultant", email="alice@example.com", language=language)
    patient = make.patient("张桂兰", "13800001234")
    given: dict[str, Any] = {"params": {"promise": 17, "kind": "ring_back", "due": now.isoformat()}, "about": patient}
    note, _ = (message(alice, now, kind=kind, channel=channel, **given) for channel in Channel)
    deliver_due(now=lambda: now)
    url = reverse("promises:promise_detail", args=[17])
    with translation.override(language):
        assert worded(note, "title", now)
        assert worded(note, "url", now) == url
        assert "张桂兰" in worded(note, "text", now)
    (mail,) = mailoutbox
    assert url in mail.body
    assert "2026-03-12 10:24" in mail.body
    assert [word for word in ("张桂兰", "1234", "\n\n\n") if word in mail.subject + mail.body] == []
