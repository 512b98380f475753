"""What a provider tells later of a message that it took: again, out of order, of unknown ones.

The one that says it arrived wins over all others, whenever it comes.
"""

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from messaging.models import ContactLog, Message
from messaging.services.blocks import note_block
from messaging.services.gateways.receipts import Fate, Receipt, take_each
from messaging.services.limits import limits
from messaging.services.outcomes import CODE, count_as_contact, is_contact, source_of

State = Message.State
MAY_HAVE_ARRIVED = (State.QUEUED, State.CLAIMED, State.HANDED_OVER, State.UNKNOWN, State.FAILED)
MAY_HAVE_FAILED = (State.HANDED_OVER, State.UNKNOWN, State.SENT)
log = logging.getLogger(__name__)


def take_receipts(receipts: Iterable[Receipt], *, provider: str, at: datetime) -> int:
    """Each message stands as its provider says; returns how many receipts fit none of ours."""
    strays = take_each(receipts, lambda receipt: take_receipt(receipt, provider=provider, at=at)).count(False)
    if strays:
        log.info("%s receipts of %s fit no message", strays, provider)
    return strays


@transaction.atomic
def take_receipt(receipt: Receipt, *, provider: str, at: datetime) -> bool:
    """The message stands as its provider says; False if it is none of ours."""
    receipt = receipt.cleaned()
    message = _found(receipt, provider)
    if message is None:
        return False
    if receipt.is_blocked:
        note_block(message, address=receipt.address, at=at)
    if receipt.fate is Fate.DELIVERED:
        _arrived(message, receipt, at)
    elif receipt.fate is Fate.NOT_DELIVERED and message.receipt in ("", receipt.receipt):
        _did_not_arrive(message, receipt, at)
    elif receipt.fate is Fate.UNDER_WAY:
        _was_taken(message, receipt, at)
    return True


def _found(receipt: Receipt, provider: str) -> Message | None:
    """By the provider's number of it; where no answer brought one, or an earlier try had another, by ours."""
    messages = Message.objects.with_people()
    by_receipt = messages.with_receipt(provider, receipt.receipt).first() if receipt.receipt else None
    if by_receipt is not None or not receipt.reference:
        return by_receipt
    return messages.with_reference(provider, receipt.reference).first()


def _arrived(message: Message, receipt: Receipt, at: datetime) -> None:
    told = _told(receipt) | {"fate": Message.Fate.DELIVERED, "delivered_at": receipt.at or at, "ask_at": None}
    row = Message.objects.filter(pk=message.pk)
    sent = {"state": State.SENT, "reason": "", "settled_at": at, "settled_by": None, "claim": None}
    if row.filter(state__in=MAY_HAVE_ARRIVED).update(**sent, **told):
        _count_once(message, at)
    else:
        row.filter(state=State.SENT).exclude(fate=Message.Fate.DELIVERED).update(**told)


def _did_not_arrive(message: Message, receipt: Receipt, at: datetime) -> None:
    """A person sees it, unless it is not needed any more."""
    over = (State.FAILED, Message.Reason.NOT_DELIVERED)
    if message.withdrawn_at is not None:
        over = (State.CANCELLED, Message.Reason.NOT_NEEDED)
    told = _told(receipt) | {"fate": Message.Fate.NOT_DELIVERED, "ask_at": None}
    may_have_failed = Message.objects.filter(pk=message.pk, state__in=MAY_HAVE_FAILED, fate="")
    may_have_failed.update(state=over[0], reason=over[1], settled_at=at, settled_by=None, claim=None, **told)


def _was_taken(message: Message, receipt: Receipt, at: datetime) -> None:
    """No doubt any more that it is on its way."""
    sent = {"state": State.SENT, "reason": "", "settled_at": at, "ask_at": at + limits().receipt, "claim": None}
    if Message.objects.filter(pk=message.pk, state=State.UNKNOWN).update(**sent, **_told(receipt)):
        _count_once(message, at)


def _told(receipt: Receipt) -> dict[str, Any]:
    return {"provider_code": receipt.code[:CODE], "receipt": receipt.receipt}


def _count_once(message: Message, at: datetime) -> None:
    """As a contact, unless it did when it was taken."""
    if (
        is_contact(message)
        and not ContactLog.objects.filter(
            patient=message.patient,
            contact=message.contact,
            organisation=message.organisation,
            source=source_of(message),
        ).exists()
    ):
        count_as_contact(message, at)
