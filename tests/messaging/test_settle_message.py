"""What people decide in the outbox: retry, settle what nobody knows, cancel; one of two at once wins."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from accounts.models import AuditEntry, Staff
from messaging.models import Channel, Message
from messaging.services.delivery import deliver_due
from messaging.services.gateways import ChannelError, OutcomeUnknown
from messaging.services.outbox import cancel_messages
from messaging.services.settling import (
    MessageMovedOn,
    MessageNotNeeded,
    MessageOutOfTime,
    Outcome,
    cancel_message,
    retry_message,
    settle_message,
)
from tests.messaging.conftest import Post
from tests.messaging.make import message


@pytest.fixture
def failed(alice: Staff, post: Post, now: datetime) -> Message:
    post.fail_with(ChannelError(permanent=True))
    return delivered(alice, now)


@pytest.fixture
def unknown(alice: Staff, post: Post, now: datetime) -> Message:
    post.fail_with(OutcomeUnknown())
    return delivered(alice, now)


def delivered(alice: Staff, now: datetime) -> Message:
    row = message(alice, now, channel=Channel.EMAIL)
    deliver_due(now=lambda: now)
    row.refresh_from_db()
    return row


def verbs(row: Message) -> list[str]:
    return list(AuditEntry.objects.about(row).values_list("verb", flat=True))


def test_a_failed_one_goes_again_with_all_its_tries(failed: Message, alice: Staff, post: Post, now: datetime) -> None:
    retried = retry_message(message=failed, actor=alice.actor, at=now)
    assert (retried.state, retried.reason, retried.attempts, retried.settled_at) == ("queued", "", 0, None)
    assert verbs(failed) == ["message.retried"]
    post.answer = lambda mail: "taken"
    deliver_due(now=lambda: now)
    failed.refresh_from_db()
    assert failed.state == "sent"


@pytest.mark.parametrize(
    ("outcome", "state", "reason", "in_doubt"),
    [
        (Outcome.ARRIVED, "sent", "", False),
        (Outcome.AGAIN, "queued", "", True),
        (Outcome.GIVEN_UP, "failed", "not_arrived", False),
    ],
)
def test_somebody_says_what_became_of_an_unknown_one(
    unknown: Message, alice: Staff, now: datetime, outcome: Outcome, state: str, reason: str, in_doubt: bool
) -> None:
    settled = settle_message(message=unknown, outcome=outcome, actor=alice.actor, at=now)
    assert (settled.state, settled.reason, settled.in_doubt) == (state, reason, in_doubt)
    assert settled.settled_by == (None if outcome == Outcome.AGAIN else alice.actor)
    assert verbs(unknown) == ["message.settled"]


def test_one_that_was_given_up_and_goes_again_all_the_same_may_arrive_twice(
    unknown: Message, alice: Staff, now: datetime
) -> None:
    settle_message(message=unknown, outcome=Outcome.GIVEN_UP, actor=alice.actor, at=now)
    assert retry_message(message=unknown, actor=alice.actor, at=now).in_doubt


def test_of_one_that_was_surely_not_taken_there_is_no_doubt(failed: Message, alice: Staff, now: datetime) -> None:
    assert not retry_message(message=failed, actor=alice.actor, at=now).in_doubt


def test_one_that_waits_is_cancelled(alice: Staff, now: datetime) -> None:
    row = message(alice, now)
    cancelled = cancel_message(message=row, actor=alice.actor, at=now)
    assert (cancelled.state, cancelled.settled_by) == ("cancelled", alice.actor)
    assert verbs(row) == ["message.cancelled"]
    assert deliver_due(now=lambda: now) == 0


def test_whoever_comes_second_is_told(failed: Message, alice: Staff, now: datetime) -> None:
    retry_message(message=failed, actor=alice.actor, at=now)
    settle: Callable[..., Message]
    for settle in (retry_message, lambda **given: settle_message(outcome=Outcome.ARRIVED, **given)):
        with pytest.raises(MessageMovedOn):
            settle(message=failed, actor=alice.actor, at=now)
    cancel_message(message=failed, actor=alice.actor, at=now)
    with pytest.raises(MessageMovedOn):
        cancel_message(message=failed, actor=alice.actor, at=now)
    assert len(verbs(failed)) == 2


def test_what_was_handed_over_cannot_be_cancelled(unknown: Message, alice: Staff, now: datetime) -> None:
    with pytest.raises(MessageMovedOn):
        cancel_message(message=unknown, actor=alice.actor, at=now)


def test_what_was_settled_meanwhile_is_not_sent_again(
    failed: Message, unknown: Message, alice: Staff, now: datetime
) -> None:
    """A failed one needs nobody any more; of an unknown one somebody may still say whether it arrived."""
    cancel_messages(source=failed.source, actor=alice.actor, at=now)
    with pytest.raises(MessageNotNeeded):
        retry_message(message=failed, actor=alice.actor, at=now)
    with pytest.raises(MessageNotNeeded):
        settle_message(message=unknown, outcome=Outcome.AGAIN, actor=alice.actor, at=now)
    assert Message.objects.for_a_person().get() == unknown
    settle_message(message=unknown, outcome=Outcome.ARRIVED, actor=alice.actor, at=now)
    failed.refresh_from_db()
    assert (failed.state, failed.reason, unknown.state) == ("cancelled", "not_needed", "sent")


def test_what_was_put_back_while_its_reason_ended_is_withheld(
    failed: Message, alice: Staff, post: Post, now: datetime
) -> None:
    retry_message(message=failed, actor=alice.actor, at=now)
    Message.objects.update(withdrawn_at=now)
    post.answer = lambda mail: "taken"
    deliver_due(now=lambda: now)
    failed.refresh_from_db()
    assert (failed.state, failed.reason) == ("withheld", "not_needed")


def test_what_is_no_longer_true_is_not_sent_again(
    failed: Message, unknown: Message, alice: Staff, now: datetime
) -> None:
    late = now + timedelta(hours=4)
    with pytest.raises(MessageOutOfTime):
        retry_message(message=failed, actor=alice.actor, at=late)
    with pytest.raises(MessageOutOfTime):
        settle_message(message=unknown, outcome=Outcome.AGAIN, actor=alice.actor, at=late)
    settle_message(message=unknown, outcome=Outcome.GIVEN_UP, actor=alice.actor, at=late)
