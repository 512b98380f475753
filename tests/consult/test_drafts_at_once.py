"""Two sendings of one call's form in the same moment: what was sent last stands. Mission B9."""

from datetime import datetime
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from accounts.models import Staff
from consult.models import CallDraft
from consult.services.drafts import Content, keep_draft
from tests.accounts.at_once import Meanwhile, on_a_server, with_threads

pytestmark = [on_a_server, with_threads]


def typed(words: str, sent: int) -> Content:
    return {"t0-answer": [words], "window": ["w"], "sent": [str(sent)]}


@pytest.mark.parametrize("is_known", [True, False])
def test_what_was_sent_last_stands(alice: Staff, now: datetime, is_known: bool) -> None:
    key = uuid4()
    if is_known:
        keep(key, alice, now, typed("一", 1))
    with transaction.atomic():
        keep(key, alice, now, typed("一楼左", 3))
        other = Meanwhile(lambda: keep(key, alice, now, typed("一楼", 2)))
        other.wait_until_it_waits()
    assert other.outcome() is None
    assert CallDraft.objects.get().content["t0-answer"] == ["一楼左"]


def keep(key: UUID, staff: Staff, now: datetime, content: Content) -> None:
    assert keep_draft(key=key, content=content, staff=staff, at=now) is not None
