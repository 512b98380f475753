"""What a worker that died left behind: claimed waits again, handed over goes by its channel's rule (B4, D5)."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from accounts.models import Staff
from messaging.models import Channel, Message
from messaging.services.delivery import deliver_due
from messaging.services.gateways import OnUnknown
from messaging.services.outbox import cancel_messages
from messaging.services.recovery import ask_about_restored, requeue_stuck, settle_unanswered
from messaging.services.settling import Outcome, cancel_message, settle_message
from tests.house.world import counted
from tests.messaging.conftest import Post
from tests.messaging.make import message

LATE, LATER = timedelta(seconds=120), timedelta(seconds=121)


def left_behind(staff: Staff, at: datetime, state: str, channel: Channel = Channel.EMAIL) -> Message:
    """As a kill leaves it."""
    row = message(staff, at, channel=channel)
    Message.objects.filter(pk=row.pk).update(state=state, claim=uuid4(), claimed_at=at)
    Message.objects.filter(state="handed_over").update(handed_over_at=at, attempts=1)
    return row


def test_claimed_waits_again_and_costs_no_try(alice: Staff, post: Post, now: datetime) -> None:
    row = left_behind(alice, now, "claimed")
    assert requeue_stuck(at=now + LATE) == 0
    assert requeue_stuck(at=now + LATER) == 1
    row.refresh_from_db()
    assert (row.state, row.claim, row.attempts, row.in_doubt) == ("queued", None, 0, False)
    deliver_due(now=lambda: now + LATER)
    assert post.given == [row.pk]


def test_handed_over_is_never_put_back_as_if_nothing_had_happened(alice: Staff, post: Post, now: datetime) -> None:
    left_behind(alice, now, "handed_over")
    assert requeue_stuck(at=now + timedelta(days=1)) == 0
    deliver_due(now=lambda: now + timedelta(days=1))
    assert post.given == []


@pytest.mark.parametrize(
    ("rule", "state", "reason", "in_doubt"),
    [(OnUnknown.ASK, "unknown", "no_answer", False), (OnUnknown.RESEND, "queued", "", True)],
)
def test_handed_over_without_an_outcome_goes_by_its_channels_rule(
    alice: Staff, post: Post, now: datetime, rule: OnUnknown, state: str, reason: str, in_doubt: bool
) -> None:
    post.rule = rule
    row = left_behind(alice, now, "handed_over")
    assert settle_unanswered(at=now + LATE) == 0
    assert settle_unanswered(at=now + LATER) == 1
    row.refresh_from_db()
    assert (row.state, row.reason, row.in_doubt, row.claim) == (state, reason, in_doubt, None)


def test_a_note_in_the_app_goes_once_more_without_a_doubt(alice: Staff, now: datetime) -> None:
    row = left_behind(alice, now, "handed_over", Channel.IN_APP)
    settle_unanswered(at=now + LATER)
    deliver_due(now=lambda: now + timedelta(hours=1))
    row.refresh_from_db()
    assert (row.state, row.in_doubt) == ("sent", False)
    assert Message.objects.notes_of(alice).count() == 1


def test_whose_reason_ended_meanwhile_does_not_come_back(alice: Staff, post: Post, now: datetime) -> None:
    post.rule = OnUnknown.RESEND
    row = left_behind(alice, now, "handed_over")
    cancel_messages(source="test:1", actor=alice.actor, at=now)
    settle_unanswered(at=now + LATER)
    row.refresh_from_db()
    assert (row.state, row.in_doubt) == ("cancelled", True)


def test_a_worker_that_was_given_up_cannot_write_into_the_claim_of_another(
    alice: Staff, post: Post, now: datetime
) -> None:
    row = message(alice, now, channel=Channel.EMAIL)

    def slow(mail: Message) -> str:
        """While it waits for the answer the message is given up and taken by another worker."""
        Message.objects.filter(pk=row.pk).update(claim=uuid4())
        return "taken"

    post.answer = slow
    deliver_due(now=lambda: now)
    row.refresh_from_db()
    assert (row.state, row.receipt) == ("handed_over", "")


def test_with_nothing_left_behind_each_asks_once(alice: Staff, now: datetime) -> None:
    message(alice, now)
    for look in (requeue_stuck, settle_unanswered):
        with counted() as queries:
            look(at=now + LATER)
        assert len(queries) == 1


@pytest.mark.parametrize("state", ["queued", "claimed", "handed_over"])
def test_what_was_due_when_a_backup_was_restored_is_asked_about(
    alice: Staff, post: Post, now: datetime, state: str
) -> None:
    post.rule = OnUnknown.RESEND  # the channel's rule is for a worker that died, not for a day that is gone
    row = left_behind(alice, now, state)
    assert ask_about_restored(at=now) == 1
    for moment in (now, now + timedelta(hours=1)):
        requeue_stuck(at=moment)
        settle_unanswered(at=moment)
        deliver_due(now=lambda moment=moment: moment)  # type: ignore[misc]
    row.refresh_from_db()
    assert (row.state, row.reason, row.claim, post.given) == ("unknown", "restored", None, [])
    settle_message(message=row, outcome=Outcome.AGAIN, actor=alice.actor, at=now)
    deliver_due(now=lambda: now)
    row.refresh_from_db()
    assert (row.state, row.in_doubt, post.given) == ("sent", True, [row.pk])


def test_of_what_a_backup_brings_back_only_what_may_have_left_the_house_is_asked_about(
    alice: Staff, post: Post, now: datetime
) -> None:
    note, later = message(alice, now), message(alice, now, channel=Channel.EMAIL, send_at=now + timedelta(minutes=1))
    too_late = message(alice, now, channel=Channel.EMAIL, expires_at=now + timedelta(seconds=1))
    over = message(alice, now, channel=Channel.EMAIL)
    cancel_message(message=over, actor=alice.actor, at=now)
    assert ask_about_restored(at=now + timedelta(seconds=1)) == 0
    deliver_due(now=lambda: now + timedelta(minutes=1))
    states = dict(Message.objects.values_list("pk", "state"))
    assert states == {note.pk: "sent", later.pk: "sent", too_late.pk: "expired", over.pk: "cancelled"}
