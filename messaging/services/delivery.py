"""The way out: claim in batches, ask once more, hand over outside any transaction, write down what became of it."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.db.models import F, prefetch_related_objects

from messaging.models import Channel, ChannelPause, Message
from messaging.services import outcomes
from messaging.services.checks import objection
from messaging.services.gateways import GATEWAYS, ChannelDown, ChannelError, Gateway, OutcomeUnknown
from messaging.services.limits import Limits, limits

Clock = Callable[[], datetime]
State = Message.State
PEOPLE = ("staff", "patient", "contact__became", "organisation", "about_patient", "about_contact", "about_organisation")
RUN = timedelta(seconds=3)  # the worker has other short work too; the next run goes on in a second
log = logging.getLogger(__name__)


def deliver_due(*, now: Clock) -> int:
    """What was due is sent, withheld, or waits for its next try; returns how many messages were claimed.

    The clock, and not one moment, comes in: a gateway may take seconds. Must not run inside a transaction.
    """
    started = now()
    if not Message.objects.due(started).filter(channel__in=list(GATEWAYS)).exists():
        return 0  # the usual second: one question, no lock
    numbers = limits()
    paused = set(ChannelPause.objects.in_force(started, numbers.pause).values_list("channel", flat=True))
    claimed, fault = 0, None
    for channel in [each for each in GATEWAYS if each not in paused]:
        try:
            claimed += _Run(channel, GATEWAYS[channel](), numbers, now, started + RUN).go()
        except Exception as error:  # what stops one channel must not stop the others; it is told at the end
            fault = error
    if fault is not None:
        raise fault
    return claimed


def claim_due(*, channel: Channel, limit: int, at: datetime) -> list[Message]:
    """The oldest due messages are this claim's, and nobody else's."""
    claim = uuid4()
    with transaction.atomic(durable=True):
        due = Message.objects.due(at).filter(channel=channel).order_by("due_at", "pk")
        # Both databases let nobody else at these rows before the commit: PostgreSQL locks each, SQLite all.
        found = list(due.select_for_update(skip_locked=True)[:limit])
        taken = Message.objects.filter(pk__in=[message.pk for message in found], state=State.QUEUED)
        taken.update(state=State.CLAIMED, claim=claim, claimed_at=at)
    for message in found:
        message.state, message.claim = State.CLAIMED, claim
    return found


@dataclass
class _Run:
    """One channel's turn: over after RUN, and at once when the gateway does not answer."""

    channel: Channel
    gateway: Gateway
    limits: Limits
    now: Clock
    end: datetime
    is_up: bool = True

    def go(self) -> int:
        claimed = 0
        try:
            while self._goes_on() and (batch := self._claim()):
                claimed += len(batch)
                self._deliver(batch)
        finally:
            self.gateway.close()
        return claimed

    def _goes_on(self) -> bool:
        return self.is_up and self.now() < self.end

    def _claim(self) -> list[Message]:
        batch = claim_due(channel=self.channel, limit=self.limits.batch_rows, at=self.now())
        prefetch_related_objects(batch, *PEOPLE)
        return batch

    def _deliver(self, batch: list[Message]) -> None:
        """What was claimed and is not handed over when the turn ends waits again."""
        for chunk in _chunks(batch, self.gateway.at_once):
            if not self._goes_on():
                outcomes.release(Message.objects.held_by(batch[0].claim))
                return
            self._hand_over([message for message in chunk if self._may_go(message)])

    def _may_go(self, message: Message) -> bool:
        try:
            reason = objection(message, self.gateway, self.now())
        except Exception:  # one message that cannot be checked must not hold up the others
            log.exception("message %s cannot be checked", message.pk)
            reason = Message.Reason.BROKEN
        if reason:
            outcomes.withhold(message, reason=reason, at=self.now())
        return not reason

    def _hand_over(self, messages: list[Message]) -> None:
        sent: dict[str, list[Message]] = {}  # by receipt
        for message in self._let_go(messages):
            try:
                sent.setdefault(self.gateway.send(message), []).append(message)
            except ChannelError as error:
                self._not_taken(message, error)
            except Exception as error:
                if not isinstance(error, OutcomeUnknown):
                    log.exception("message %s: the gateway broke", message.pk)
                outcomes.leave_unknown(message, gateway=self.gateway, limits=self.limits, at=self.now())
        for receipt, taken in sent.items():
            outcomes.mark_sent(taken, receipt=receipt, at=self.now())

    def _let_go(self, messages: list[Message]) -> list[Message]:
        """Those that are out of our hands from now on: whatever was cancelled meanwhile stays."""
        if not messages:
            return []
        held = Message.objects.held_by(messages[0].claim).filter(pk__in=[message.pk for message in messages])
        let_go = held.update(
            state=State.HANDED_OVER,
            handed_over_at=self.now(),
            attempts=F("attempts") + 1,
            address=self.gateway.address_of(messages[0]),
        )
        for message in messages:
            message.attempts += 1
        if let_go == len(messages):
            return messages
        gone = set(Message.objects.under_way(messages[0].claim).values_list("pk", flat=True))
        return [message for message in messages if message.pk in gone]

    def _not_taken(self, message: Message, error: ChannelError) -> None:
        at = self.now()
        if error.permanent:
            outcomes.fail(message, reason=error.reason, at=at)
        else:
            outcomes.try_later(message, limits=self.limits, at=at)
        if isinstance(error, ChannelDown):
            log.warning("%s does not answer (%s)", self.channel, error)
            self.is_up = False
            until = {"until_at": at + self.limits.pause}
            ChannelPause.objects.update_or_create(channel=self.channel, defaults=until)


def _chunks(messages: list[Message], size: int) -> Iterator[list[Message]]:
    for first in range(0, len(messages), size):
        yield messages[first : first + size]
