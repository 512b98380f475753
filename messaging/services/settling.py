"""What people decide about single messages in the outbox."""

from datetime import datetime
from typing import NamedTuple

from django.db import models, transaction
from django.db.models import ExpressionWrapper, Q
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Actor
from hospital_crm.lib.errors import DomainError
from messaging.models import Message
from messaging.querysets import OPEN, MessageQuerySet

State, Reason = Message.State, Message.Reason
UNTOLD = {"fate": "", "provider_code": "", "delivered_at": None, "receipt": "", "ask_at": None}
AGAIN = {"state": State.QUEUED, "reason": "", "attempts": 0, "settled_at": None, "settled_by": None, "claim": None}
MOST = 500  # tried again at a time
MAY_HAVE_ARRIVED = Q(in_doubt=True) | Q(reason=Reason.NOT_ARRIVED)


class MessageMovedOn(DomainError):
    """It is no longer in the state in which this could be done."""

    message = _("This message has moved on meanwhile.")


class MessageOutOfTime(DomainError):
    """What it says is no longer true, so it is not sent any more."""

    message = _("The time of this message has passed. It is not sent any more.")


class MessageNotNeeded(DomainError):
    """What it was about was settled or changed since."""

    message = _("What this message was about has been settled or changed since. It is not sent any more.")


class Retried(NamedTuple):
    """How many wait for their turn again, and how many could not."""

    again: int
    left: int


class Outcome(models.TextChoices):
    ARRIVED = "arrived", _("It arrived")
    AGAIN = "again", _("It did not arrive: send it again")
    GIVEN_UP = "given_up", _("It did not arrive: leave it")


@transaction.atomic
def retry_message(*, message: Message, actor: Actor, at: datetime) -> Message:
    """A failed message, or one that was withheld for want of a set-up or a certificate, waits for its turn again, with
    all its tries.

    Of one that was given up nobody surely knows that it had not arrived: it is in doubt.
    Raises MessageMovedOn, MessageNotNeeded, MessageOutOfTime.
    """
    values = _again(message, at) | {"in_doubt": ExpressionWrapper(MAY_HAVE_ARRIVED, models.BooleanField())}
    return _move(message, Message.objects.to_retry(), actor=actor, at=at, verb="message.retried", **values)


def retry_messages(*, messages: MessageQuerySet, actor: Actor, at: datetime) -> Retried:
    """Those of them that may go again wait for their turn, each once, however often that is asked; the others stay.

    The oldest first, MOST at a time; each by itself, so that none keeps the others from going.
    """
    asked, again = list(messages.order_by("pk")[:MOST]), 0
    for message in asked:
        try:
            retry_message(message=message, actor=actor, at=at)
        except DomainError:
            continue
        again += 1
    return Retried(again, left=len(asked) - again)


@transaction.atomic
def settle_message(*, message: Message, outcome: Outcome, actor: Actor, at: datetime) -> Message:
    """Nobody knew whether the message had arrived; now somebody says it.

    Raises MessageMovedOn, MessageNotNeeded, MessageOutOfTime.
    """
    if outcome == Outcome.AGAIN:
        values = _again(message, at) | {"in_doubt": True}
    elif outcome == Outcome.ARRIVED:
        values = {"state": State.SENT, "reason": "", "settled_at": at, "settled_by": actor}
    else:
        values = {"state": State.FAILED, "reason": Reason.NOT_ARRIVED, "settled_at": at, "settled_by": actor}
        values |= {"ask_at": None}
    there = Message.objects.filter(state=State.UNKNOWN)
    return _move(message, there, actor=actor, at=at, verb="message.settled", **values)


@transaction.atomic
def cancel_message(*, message: Message, actor: Actor, at: datetime) -> Message:
    """The message is not sent; a failed one is left at that.

    Raises MessageMovedOn once it was handed over.
    """
    values = {"state": State.CANCELLED, "reason": Reason.NOT_NEEDED, "settled_at": at, "settled_by": actor}
    there = Message.objects.filter(state__in=(*OPEN, State.FAILED))
    return _move(message, there, actor=actor, at=at, verb="message.cancelled", **values)


def _again(message: Message, at: datetime) -> dict[str, object]:
    if Message.objects.filter(pk=message.pk, withdrawn_at__isnull=False).exists():
        raise MessageNotNeeded
    if message.expires_at <= at:
        raise MessageOutOfTime
    return {**AGAIN, **UNTOLD, "due_at": at}


def _move(
    message: Message, there: MessageQuerySet, *, actor: Actor, at: datetime, verb: str, **values: object
) -> Message:
    if there.filter(pk=message.pk).update(**values) != 1:
        raise MessageMovedOn
    audit.record(actor=actor, verb=verb, subject=message, at=at)
    message.refresh_from_db()
    return message


audit.name_verbs(
    {
        "message.retried": _("Message tried again"),
        "message.settled": _("Unknown message settled"),
        "message.cancelled": _("Message cancelled"),
    }
)
