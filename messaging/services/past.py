"""What was sent before this system had to do with it: for filling a hospital."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from messaging.models import Message, Provider
from messaging.querysets import MessageQuerySet
from messaging.rules.sms import sms_length
from messaging.services.outcomes import count_as_contact
from messaging.services.words import words_of

State = Message.State


@transaction.atomic
def record_as_sent(
    *, message: Message, provider: Provider, address: str, receipt: str, price: Decimal, at: datetime
) -> bool:
    """The text message that waits was taken by the provider at that time, and counts as a contact; whether it waited.

    What the provider told afterwards comes by `take_receipt`, as always.
    """
    handed = _handed_over(message, provider, address, price, at)
    taken = _waiting(message).update(state=State.SENT, settled_at=at, receipt=receipt, **handed)
    if taken:
        count_as_contact(message, at)
    return taken == 1


@transaction.atomic
def record_unanswered(*, message: Message, provider: Provider, address: str, price: Decimal, at: datetime) -> bool:
    """The provider was given the text message that waits and did not answer: somebody settles it; whether it waited."""
    handed = _handed_over(message, provider, address, price, at)
    return _waiting(message).update(state=State.UNKNOWN, reason=Message.Reason.NO_ANSWER, **handed) == 1


def _waiting(message: Message) -> MessageQuerySet:
    return Message.objects.filter(pk=message.pk, state=State.QUEUED)


def _handed_over(message: Message, provider: Provider, address: str, price: Decimal, at: datetime) -> dict[str, object]:
    parts = sms_length(words_of(message).full).parts
    return {
        "attempts": 1,
        "handed_over_at": at,
        "provider": provider,
        "address": address,
        "parts": parts,
        "cost": parts * price,
    }
