"""What becomes of a message that was claimed or handed over: each an UPDATE guarded by the claim that it stands under.

Nothing here raises when the claim is gone: whoever took it over, or cancelled, has decided.
"""

from datetime import datetime

from django.db import transaction

from messaging.models import ContactLog, Message
from messaging.querysets import MessageQuerySet
from messaging.rules import retry_delay
from messaging.services.contact_log import log_contact
from messaging.services.gateways import Gateway, OnUnknown
from messaging.services.limits import Limits

State, Reason = Message.State, Message.Reason
LOGGED = {"email": ContactLog.Channel.EMAIL}  # channels whose messages count as contacts


def withhold(message: Message, *, reason: str, at: datetime) -> None:
    """It is not sent, and says why. What is no reason but a fault of ours, a person must see."""
    state = {Reason.EXPIRED.value: State.EXPIRED, Reason.BROKEN.value: State.FAILED}.get(reason, State.WITHHELD)
    Message.objects.held_by(message.claim).filter(pk=message.pk).update(
        state=state, reason=reason, settled_at=at, claim=None
    )


def mark_sent(messages: list[Message], *, receipt: str, at: datetime) -> None:
    """They were taken. Each to a patient or caller counts as a contact."""
    sent = {"state": State.SENT, "reason": "", "receipt": receipt, "settled_at": at, "claim": None}
    outside = [message for message in messages if message.staff_id is None and message.channel in LOGGED]
    if not outside:
        _under_way(*messages).update(**sent)
        return
    with transaction.atomic():
        if _under_way(*messages).update(**sent):
            for message in outside:
                _log(message, at)


def _log(message: Message, at: datetime) -> None:
    log_contact(
        target=message.patient or message.contact or message.organisation,  # type: ignore[arg-type]  # one of them, and not staff
        channel=LOGGED[message.channel],
        reached=False,
        source=f"message:{message.pk}",
        actor=message.queued_by,
        at=at,
    )


def fail(message: Message, *, reason: str, at: datetime) -> None:
    """It was surely not taken and is not tried again; a person sees it."""
    _under_way(message).update(state=State.FAILED, reason=reason, settled_at=at, claim=None)


def try_later(message: Message, *, limits: Limits, at: datetime) -> None:
    """It was surely not taken: it waits for its next try, or has failed when it had enough of them."""
    if message.attempts > limits.retries:
        fail(message, reason=Reason.SPENT, at=at)
    else:
        _put_back(_under_way(message), due_at=at + retry_delay(message.attempts, limits.first_retry), at=at)


def leave_unknown(message: Message, *, gateway: Gateway, limits: Limits, at: datetime) -> None:
    """Nobody knows whether it was taken: by the channel's rule it goes once more, or a person is asked."""
    resend = gateway.on_unknown(message) is OnUnknown.RESEND and message.attempts <= limits.retries
    if not resend:
        _under_way(message).update(state=State.UNKNOWN, reason=Reason.NO_ANSWER, claim=None)
        return
    under_way = _under_way(message)
    under_way.update(in_doubt=gateway.at_once == 1)
    _put_back(under_way, due_at=at + retry_delay(message.attempts, limits.first_retry), at=at)


def release(claimed: MessageQuerySet) -> int:
    """Claimed and not handed over: they wait again, as if nobody had touched them."""
    return claimed.update(state=State.QUEUED, claim=None, claimed_at=None)


def _put_back(under_way: MessageQuerySet, *, due_at: datetime, at: datetime) -> None:
    """To the queue, unless its reason ended meanwhile."""
    under_way.filter(withdrawn_at__isnull=False).update(
        state=State.CANCELLED, reason=Reason.NOT_NEEDED, settled_at=at, claim=None
    )
    under_way.filter(withdrawn_at__isnull=True).update(state=State.QUEUED, due_at=due_at, claim=None, claimed_at=None)


def _under_way(*messages: Message) -> MessageQuerySet:
    (claim,) = {message.claim for message in messages}
    return Message.objects.under_way(claim).filter(pk__in=[message.pk for message in messages])
