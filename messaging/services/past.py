"""What was sent before this system had to do with it: for filling a hospital."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from messaging.models import Message, Provider
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
    parts = sms_length(words_of(message).full).parts
    taken = Message.objects.filter(pk=message.pk, state=State.QUEUED).update(
        state=State.SENT,
        attempts=1,
        handed_over_at=at,
        settled_at=at,
        provider=provider,
        address=address,
        receipt=receipt,
        parts=parts,
        cost=parts * price,
    )
    if taken:
        count_as_contact(message, at)
    return taken == 1
