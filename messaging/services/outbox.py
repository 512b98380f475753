"""What is to be said: queued in the transaction of the act itself, cancelled in that of the act that ends its reason.

Kind "promises.due" is worded by promises/messages/due.html for the app, given `message`, `now` and `part` ("title",
"text" or "url"), and by promises/messages/due.txt for e-mail, given `message` (only its kind and params),
`family_name`, `base_url` and `now`: its first line is the subject. What leaves the house is not given the patient.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, Case, CharField, DateTimeField, F, Field, Q, Value, When
from django.utils.functional import Promise

from accounts.models import Actor, Staff
from messaging.models import KIND_NAMES, Channel, Message, MessageClass
from messaging.querysets import OPEN
from patients.models import Target

from .queueing import Recipient, queue_rows


def name_kinds(names: dict[str, str | Promise]) -> None:
    """Each app tells, in the reader's language, what its kinds of messages are called."""
    KIND_NAMES.update(names)


def queue_message(
    *,
    recipient: Recipient,
    channel: Channel,
    kind: str,
    params: dict[str, Any],
    send_at: datetime,
    expires_at: datetime,
    dedupe_key: str,
    source: str,
    actor: Actor,
    at: datetime,
    about: Target | None = None,
    message_class: MessageClass = MessageClass.SERVICE,
    excluded: Collection[Staff] = (),
) -> Message | None:
    """The message waits for its time; None where this key was queued before, which changes nothing.

    To staff the class is always "to staff". `about` is for those only. Persons concerned (`excluded`) are told
    nothing, and do not see in the outbox what others are told.
    Raises TemplateDoesNotExist: a kind without its wording is a programming error.
    """
    queued = queue_rows(
        {channel: dedupe_key},
        recipient=recipient,
        kind=kind,
        params=params,
        send_at=send_at,
        expires_at=expires_at,
        source=source,
        actor=actor,
        at=at,
        about=about,
        message_class=message_class,
        excluded=excluded,
    )
    return queued[0] if queued else None


def tell_staff(
    *,
    staff: Staff,
    kind: str,
    params: dict[str, Any],
    dedupe_key: str,
    source: str,
    send_at: datetime,
    expires_at: datetime,
    actor: Actor,
    at: datetime,
    about: Target | None = None,
    excluded: Collection[Staff] = (),
) -> list[Message]:
    """The colleague will be told in the app, and by e-mail too where there is an address; returns what was queued."""
    channels = (Channel.IN_APP, Channel.EMAIL) if staff.email else (Channel.IN_APP,)
    return queue_rows(
        {channel: f"{dedupe_key}:{staff.pk}:{channel}" for channel in channels},  # two people may be told the same
        recipient=staff,
        kind=kind,
        params=params,
        send_at=send_at,
        expires_at=expires_at,
        source=source,
        actor=actor,
        at=at,
        about=about,
        message_class=MessageClass.STAFF,
        excluded=excluded,
    )


def cancel_messages(*, source: str, actor: Actor, at: datetime) -> int:
    """Nothing more is sent for this source; returns how many messages that concerned.

    Cancelling wins until a message is handed over; what has failed needs nobody any more. One that is out of our
    hands just now, or of which nobody knows whether it arrived, is not sent again. All in one UPDATE: a message that
    moves on at this very moment is caught in its new state.
    """
    still_ours = Q(state__in=(*OPEN, Message.State.FAILED))

    def if_ours(value: object, name: str, kind: type[Field[Any, Any]]) -> Case:
        return Case(When(still_ours, then=Value(value)), default=F(name), output_field=kind())

    return Message.objects.of_source(source).update(
        state=if_ours(Message.State.CANCELLED, "state", CharField),
        reason=if_ours(Message.Reason.NOT_NEEDED, "reason", CharField),
        settled_at=if_ours(at, "settled_at", DateTimeField),
        settled_by=if_ours(actor.pk, "settled_by", BigIntegerField),
        withdrawn_at=at,
    )
