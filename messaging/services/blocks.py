"""Whoever wants nothing more from us: told by the provider, in its answer or later."""

from datetime import datetime

from accounts.services.actors import system_actor
from messaging.models import Message
from messaging.services.opt_outs import block_number
from messaging.services.outcomes import source_of


def note_block(message: Message, *, address: str, at: datetime) -> None:
    """The recipient's carrier or app has refused us for good: the address is asked no more."""
    if message.staff_id is None and address:
        actor = system_actor("outbox")
        block_number(channel=message.channel, address=address, source=source_of(message), actor=actor, at=at)
