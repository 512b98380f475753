"""What becomes of a message that was claimed or handed over: each an UPDATE guarded by the claim that it stands under.

Nothing here raises when the claim is gone: whoever took it over, or cancelled, has decided.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.lookups import In

from hospital_crm.lib.prepared import Gap
from hospital_crm.lib.updates import PreparedUpdate
from messaging.models import ContactLog, Message
from messaging.querysets import MessageQuerySet
from messaging.rules import retry_delay
from messaging.services.contact_log import log_contact
from messaging.services.gateways import Gateway, OnUnknown
from messaging.services.limits import Limits

State, Reason = Message.State, Message.Reason
# Channels whose messages count as contacts.
LOGGED = {
    "email": ContactLog.Channel.EMAIL,
    "sms": ContactLog.Channel.SMS,
    "wechat": ContactLog.Channel.WECHAT,
}
UNPAID: dict[str, None] = {"cost": None, "ask_at": None}
CODE = 60  # characters
_MOVES = PreparedUpdate[Message]()


def withhold(message: Message, *, reason: str, at: datetime) -> None:
    """It is not sent, and says why. What is no reason but a fault of ours, a person must see."""
    state = {Reason.EXPIRED.value: State.EXPIRED, Reason.BROKEN.value: State.FAILED}.get(reason, State.WITHHELD)
    _held(message).update(state=state, reason=reason, settled_at=at, claim=None)


def let_wait(message: Message, *, until: datetime, reason: str, at: datetime) -> None:
    """It is not sent before then, and says why; if that is too late for it, it is not sent at all."""
    if until >= message.expires_at:
        _held(message).update(state=State.EXPIRED, reason=reason, settled_at=at, claim=None)
    else:
        _held(message).update(state=State.QUEUED, reason=reason, due_at=until, claim=None, claimed_at=None)


def put_in_list(messages: list[Message], *, address: str, at: datetime) -> None:
    """What does not leave the house is with its reader once its row says so: handed over and sent in one step."""
    given = {"attempts": F("attempts") + 1, "address": address, "handed_over_at": at}
    _held(*messages).update(state=State.SENT, reason="", settled_at=at, claim=None, **given)


def mark_sent(messages: list[Message], *, receipt: str, ask_at: datetime | None, at: datetime) -> None:
    """They were taken; each to a patient or caller counts as a contact. At `ask_at` the provider is asked for more."""
    sent = {"state": State.SENT, "reason": "", "receipt": receipt, "settled_at": at, "ask_at": ask_at, "claim": None}
    outside = [message for message in messages if is_contact(message)]
    if not outside:
        _move(Message.objects.under_way, messages, sent)
        return
    with transaction.atomic():
        if _move(Message.objects.under_way, messages, sent):
            for message in outside:
                count_as_contact(message, at)


def let_go(messages: list[Message], *, ask_at: datetime | None, at: datetime, **told: Any) -> int:
    """They are out of our hands from now on, but for those that were cancelled meanwhile; returns how many are."""
    gone = {"state": State.HANDED_OVER, "handed_over_at": at, "attempts": F("attempts") + 1, "ask_at": ask_at}
    return _move(Message.objects.held_by, messages, gone | told)


def is_contact(message: Message) -> bool:
    """It goes to a patient, a caller or an organisation."""
    return message.staff_id is None and message.channel in LOGGED


def count_as_contact(message: Message, at: datetime) -> None:
    log_contact(
        target=message.patient or message.contact or message.organisation,  # type: ignore[arg-type]  # one of them, and not staff
        channel=LOGGED[message.channel],
        reached=False,
        source=source_of(message),
        actor=message.queued_by,
        at=at,
    )


def source_of(message: Message) -> str:
    """By which the log of contacts knows it."""
    return f"message:{message.pk}"


def fail(message: Message, *, reason: str, at: datetime, code: str = "") -> None:
    """It was surely not taken and is not tried again; a person sees it, with the provider's code."""
    failed = {"state": State.FAILED, "reason": reason, "settled_at": at, "claim": None, "provider_code": code[:CODE]}
    _under_way(message).update(**failed, **UNPAID)


def try_later(message: Message, *, limits: Limits, at: datetime, code: str = "") -> None:
    """It was surely not taken: it waits for its next try, or has failed when it had enough of them."""
    if message.attempts > limits.retries:
        fail(message, reason=Reason.SPENT, at=at, code=code)
    else:
        under_way = _under_way(message)
        under_way.update(provider_code=code[:CODE], **UNPAID)
        _put_back(under_way, due_at=at + retry_delay(message.attempts, limits.first_retry), at=at)


def leave_unknown(message: Message, *, gateway: Gateway, limits: Limits, at: datetime) -> None:
    """Nobody knows whether it was taken: by the channel's rule it goes once more, or a person is asked."""
    resend = gateway.on_unknown(message) is OnUnknown.RESEND and message.attempts <= limits.retries
    if not resend:
        _under_way(message).update(state=State.UNKNOWN, reason=Reason.NO_ANSWER, claim=None)
        return
    under_way = _under_way(message)
    under_way.update(in_doubt=gateway.at_once == 1)
    _put_back(under_way, due_at=at + retry_delay(message.attempts, limits.first_retry), at=at)


@transaction.atomic
def release(claimed: MessageQuerySet) -> int:
    """Claimed and not handed over: they wait again, as if nobody had touched them."""
    held = claimed.filter(pk__in=hold_in_order(claimed))
    return held.update(state=State.QUEUED, claim=None, claimed_at=None)


def hold_in_order(messages: MessageQuerySet) -> set[int]:
    """Nobody else changes these to the end of the transaction; returns their keys.

    In one order, whoever takes them: of two who want some of the same rows, neither waits for what the other waits for.
    """
    return set(messages.order_by("pk").select_for_update().values_list("pk", flat=True))


def _put_back(under_way: MessageQuerySet, *, due_at: datetime, at: datetime) -> None:
    """To the queue, unless its reason ended meanwhile."""
    under_way.filter(withdrawn_at__isnull=False).update(
        state=State.CANCELLED, reason=Reason.NOT_NEEDED, settled_at=at, claim=None
    )
    again = {"state": State.QUEUED, "reason": "", "due_at": due_at, "claim": None, "claimed_at": None}
    under_way.filter(withdrawn_at__isnull=True).update(**again)


def _move(there: Callable[[Any], MessageQuerySet], messages: list[Message], columns: Mapping[str, Any]) -> int:
    """Those that still stand there under their claim hold the columns; returns how many.

    What every single text message goes through is put together once.
    """
    (claim,) = {message.claim for message in messages}
    keys = {f"key {at}": message.pk for at, message in enumerate(messages)}

    def chosen() -> MessageQuerySet:
        gaps = [Gap(name, Message._meta.pk) for name in keys]
        return there(Gap("claim", Message._meta.get_field("claim"))).filter(In(F("pk"), gaps))

    return _MOVES.made((there.__name__, len(keys)), chosen, {"claim": claim, **keys}, columns)


def _held(*messages: Message) -> MessageQuerySet:
    (claim,) = {message.claim for message in messages}
    return Message.objects.held_by(claim).filter(pk__in=[message.pk for message in messages])


def _under_way(*messages: Message) -> MessageQuerySet:
    (claim,) = {message.claim for message in messages}
    return Message.objects.under_way(claim).filter(pk__in=[message.pk for message in messages])
