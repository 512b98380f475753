"""Asks providers about messages of which they have not told yet what became of them."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from messaging.models import Channel, ChannelPause, Message
from messaging.services.fates import take_receipt
from messaging.services.gateways import GATEWAYS, ChannelError, Gateway
from messaging.services.limits import Limits, limits

AT_A_TIME = 50
RUN = timedelta(seconds=10)
LONGEST = timedelta(days=3)  # afterwards nobody tells any more
log = logging.getLogger(__name__)


def ask_providers(*, now: Callable[[], datetime]) -> int:
    """What was left in doubt is settled where its provider knows; returns of how many something was learned.

    Each is asked about at growing distances, and not at all while its channel is left alone. Must not run inside a
    transaction.
    """
    started = now()
    if not Message.objects.to_ask_about(started).exists():
        return 0
    numbers = limits()
    silent = set(ChannelPause.objects.in_force(started, numbers.pause).values_list("channel", flat=True))
    gateways: dict[str, Gateway] = {}
    learned = 0
    for message in Message.objects.to_ask_about(started).with_people().order_by("ask_at", "pk")[:AT_A_TIME]:
        if message.channel in silent or now() >= started + RUN or not _is_mine(message, numbers, now()):
            continue
        gateway = gateways.setdefault(message.channel, GATEWAYS[Channel(message.channel)]())
        try:
            learned += _ask(gateway, message, now())
        except ChannelError as error:
            log.warning("%s cannot be asked (%s)", message.channel, error)
            silent.add(message.channel)
    return learned


def _is_mine(message: Message, numbers: Limits, at: datetime) -> bool:
    """Nobody else asks, and whatever comes of it, not again at once."""
    later = _next(message, numbers, at)
    return Message.objects.filter(pk=message.pk, ask_at=message.ask_at).update(ask_at=later) == 1


def _next(message: Message, numbers: Limits, at: datetime) -> datetime | None:
    age = at - (message.handed_over_at or at)
    least = numbers.unknown if message.state == Message.State.UNKNOWN else numbers.receipt
    return at + max(least, age) if age < LONGEST else None


def _ask(gateway: Gateway, message: Message, at: datetime) -> bool:
    receipt = gateway.receipt(message)
    return receipt is not None and take_receipt(receipt, provider=message.provider, at=at)
