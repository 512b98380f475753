"""The way out: claim in batches, ask once more, hand over outside any transaction, write down what became of it."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from django.db.models import prefetch_related_objects

from hospital_crm.lib.claims import take_rows
from messaging.models import Channel, ChannelPause, Message
from messaging.querysets import MessageQuerySet
from messaging.services import outcomes
from messaging.services.blocks import note_block
from messaging.services.channel_trials import trials_due
from messaging.services.checks import Objection, objection
from messaging.services.gateways import GATEWAYS, Blocked, ChannelDown, ChannelError, Gateway, OutcomeUnknown
from messaging.services.gateways.addresses import TRIAL
from messaging.services.law import Law, read_law
from messaging.services.limits import Limits, limits
from messaging.services.templates.numbers_told import kept_number, read_again

Clock = Callable[[], datetime]
Claim = Callable[..., list[Message]]
PEOPLE = ("staff", "patient", "contact__became", "organisation", "about_patient", "about_contact", "about_organisation")
WORDS = "template_version__template"
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
    tried = set(trials_due(started).values_list("channel", flat=True))
    claimed, fault = 0, None
    for channel, claim in _turns(started, tried=tried, paused=paused):
        try:
            claimed += _Run(channel, GATEWAYS[channel](), claim, numbers, now, started + RUN).go()
        except Exception as error:  # what stops one channel must not stop the others; it is told at the end
            fault = error
    if fault is not None:
        raise fault
    return claimed


def _turns(at: datetime, *, tried: set[str], paused: set[str]) -> Iterator[tuple[Channel, Claim]]:
    """The tests of all channels before whatever else waits, and though a channel is left alone: the account that is
    tried may be another one, or have been mended.
    """
    in_turn = _in_turn(at)
    yield from ((channel, claim_trials) for channel in in_turn if channel in tried)
    yield from ((channel, claim_due) for channel in in_turn if channel not in paused)


def _in_turn(at: datetime) -> list[Channel]:
    """The app's own first, which cannot hang; of the others each comes first in its second, so that none waits for
    ever behind one that uses up the whole run.
    """
    inside, *outside = GATEWAYS
    first = int(at.timestamp()) % len(outside)
    return [inside, *outside[first:], *outside[:first]]


def claim_due(*, channel: Channel, limit: int, at: datetime) -> list[Message]:
    """The oldest due messages are this claim's, and nobody else's."""
    return _claimed(Message.objects.due(at).filter(channel=channel), limit=limit, at=at)


def claim_trials(*, channel: Channel, limit: int, at: datetime) -> list[Message]:
    """Of the tests alone the oldest are this claim's: somebody waits before the page for what becomes of them."""
    return _claimed(trials_due(at).filter(channel=channel), limit=limit, at=at)


def _claimed(due: MessageQuerySet, *, limit: int, at: datetime) -> list[Message]:
    oldest = due.order_by("due_at", "pk")[:limit]
    found = take_rows(oldest, state=Message.State.CLAIMED, claim=uuid4(), claimed_at=at)
    return sorted(found, key=lambda message: (message.due_at, message.pk))


@dataclass
class _Run:
    """One channel's turn: over after RUN, and at once when the gateway does not answer."""

    channel: Channel
    gateway: Gateway
    claim: Claim
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
        limit = max(self.limits.batch_rows, self.gateway.at_once)
        batch = self.claim(channel=self.channel, limit=limit, at=self.now())
        named = [path for path in (*PEOPLE, WORDS) if any(_names(message, path) for message in batch)]
        prefetch_related_objects(batch, *named, *self.gateway.reads)
        prefetch_related_objects([message for message in batch if outcomes.is_contact(message)], "queued_by")
        return batch

    def _deliver(self, batch: list[Message]) -> None:
        """What was claimed and is not handed over when the turn ends waits again."""
        law = self._read_law(batch)
        for first, chunk in _chunks(batch, self.gateway.at_once):
            if not self._goes_on():
                outcomes.release(Message.objects.held_by(batch[0].claim))
                return
            if law.is_stale(self.now()):
                rest = batch[first:]
                read_again(rest)
                prefetch_related_objects(rest, *self.gateway.reads)  # of the words that were read again
                law = self._read_law(rest)
            if may_go := [message for message in chunk if self._may_go(message, law)]:
                self._hand_over(may_go)

    def _read_law(self, batch: list[Message]) -> Law:
        return read_law(batch, gateway=self.gateway, limits=self.limits, at=self.now())

    def _may_go(self, message: Message, law: Law) -> bool:
        at = self.now()
        try:
            found = objection(message, self.gateway, law, at)
        except Exception:  # one message that cannot be checked must not hold up the others
            log.exception("message %s cannot be checked", message.pk)
            found = Objection(Message.Reason.BROKEN)
        if found is None:
            law.count(message, at)
        elif found.until is None:
            outcomes.withhold(message, reason=found.reason, at=at)
        else:
            outcomes.let_wait(message, until=found.until, reason=found.reason, at=at)
        return found is None

    def _hand_over(self, messages: list[Message]) -> None:
        if self.gateway.stays_here:
            outcomes.put_in_list(messages, address=self.gateway.address_of(messages[0]), at=self.now())
            return
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
                if self.now() >= self.end:
                    self._leave_alone(message, "no answer")
        for receipt, taken in sent.items():
            outcomes.mark_sent(taken, receipt=receipt, ask_at=self._ask_after(self.limits.receipt), at=self.now())

    def _let_go(self, messages: list[Message]) -> list[Message]:
        """Those that are out of our hands from now on: whatever was cancelled meanwhile stays."""
        let_go = outcomes.let_go(
            messages,
            address=self.gateway.address_of(messages[0]),
            ask_at=self._ask_after(self.limits.unknown),
            at=self.now(),
            **self.gateway.columns(messages[0]),
            **kept_number(messages[0]),
        )
        for message in messages:
            message.attempts += 1
        if let_go == len(messages):
            return messages
        gone = set(Message.objects.under_way(messages[0].claim).values_list("pk", flat=True))
        return [message for message in messages if message.pk in gone]

    def _not_taken(self, message: Message, error: ChannelError) -> None:
        at = self.now()
        if isinstance(error, Blocked):
            note_block(message, address=self.gateway.address_of(message), at=at)
        if error.permanent:
            outcomes.fail(message, reason=error.reason, code=str(error), at=at)
        else:
            outcomes.try_later(message, limits=self.limits, at=at, code=str(error))
        if isinstance(error, ChannelDown):
            self._leave_alone(message, str(error))

    def _leave_alone(self, message: Message, words: str) -> None:
        """Whatever is left would wait as long and end in as much doubt; but a test says nothing of the others: it goes
        through the account that is tried, in use or not.
        """
        if message.kind == TRIAL:
            return
        log.warning("%s does not answer (%s)", self.channel, words)
        self.is_up = False
        until = {"until_at": self.now() + self.limits.pause}
        ChannelPause.objects.update_or_create(channel=self.channel, defaults=until)

    def _ask_after(self, wait: timedelta) -> datetime | None:
        return self.now() + wait if self.gateway.can_be_asked else None


def _names(message: Message, path: str) -> bool:
    """Somebody or something stands there, that can be read for the whole batch at once."""
    return getattr(message, f"{path.partition('__')[0]}_id") is not None


def _chunks(messages: list[Message], size: int) -> Iterator[tuple[int, list[Message]]]:
    """Each with its place in the whole."""
    for first in range(0, len(messages), size):
        yield first, messages[first : first + size]
