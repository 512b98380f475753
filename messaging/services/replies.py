"""What recipients answer, and who leaves: passed on to those who keep it."""

from collections.abc import Iterable
from datetime import datetime

from accounts.services.actors import integration_actor
from messaging.models import Channel, ContactLog
from messaging.services.gateways.receipts import Reply, take_each
from messaging.services.inbound import take_reply
from messaging.services.opt_outs import block_number


def take_replies(replies: Iterable[Reply], *, channel: Channel, provider: str, at: datetime) -> None:
    """Each is a word that stops messages, or a text that somebody must read; the words first."""
    on = ContactLog.Channel(channel.value)
    words_first = sorted(replies, key=lambda reply: not reply.keyword)
    take_each(words_first, lambda reply: take_reply(reply, channel=on, provider=provider, at=at))


def take_left(addresses: Iterable[str], *, channel: Channel, provider: str, at: datetime) -> None:
    """Whoever has left the account wants nothing more on this channel. Coming back says nothing of messages."""
    actor, source = integration_actor(provider), f"left:{provider}"
    take_each(addresses, lambda each: block_number(channel=channel, address=each, source=source, actor=actor, at=at))
