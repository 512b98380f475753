"""What is to be said: queued in the transaction of the act itself, cancelled in that of the act that ends its reason.

Kind "promises.due" is worded by promises/messages/due.html for the app, given `message`, `now` and `part` ("title",
"text" or "url"), and by promises/messages/due.txt for e-mail, given `message` (only its kind and params),
`family_name`, `base_url` and `now`: its first line is the subject. What leaves the house is not given the patient.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import BigIntegerField, Case, CharField, DateTimeField, F, Field, Q, Value, When
from django.template.loader import get_template
from django.utils.functional import Promise

from accounts.models import Actor, Department, Staff
from messaging.models import KIND_NAMES, Channel, Message, MessageClass
from messaging.models.messages import worded_by
from messaging.querysets import OPEN
from patients.models import Contact, Target, target_fields
from patients.services.survivors import survivor_even_erased

Recipient = Staff | Target


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
    queued = _queue(
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
    return _queue(
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


def _queue(
    keys: dict[Channel, str],
    *,
    recipient: Recipient,
    kind: str,
    params: dict[str, Any],
    send_at: datetime,
    expires_at: datetime,
    source: str,
    actor: Actor,
    at: datetime,
    about: Target | None,
    message_class: MessageClass,
    excluded: Collection[Staff],
) -> list[Message]:
    """The same on several channels, each under its key; returns what was new."""
    for channel in keys:
        get_template(worded_by(kind, "txt" if channel == Channel.EMAIL else "html"))
    if recipient in excluded:
        return []
    same = {
        "source": source,
        "kind": kind,
        "params": params,
        "queued_by": actor,
        "queued_at": at,
        "send_at": send_at,
        "due_at": send_at,
        "expires_at": expires_at,
        **_people(recipient, about, message_class, actor),
    }
    messages = [Message(channel=channel, dedupe_key=key, **same) for channel, key in keys.items()]
    return _inserted(messages, excluded)


def _people(recipient: Recipient, about: Target | None, message_class: MessageClass, actor: Actor) -> dict[str, Any]:
    """The columns that say for whom it is, of which class, about whom, and in whose outbox it stands."""
    about_fields = {} if about is None else target_fields(survivor_even_erased(about))
    return {
        **({"staff": recipient} if isinstance(recipient, Staff) else target_fields(survivor_even_erased(recipient))),
        **{f"about_{name}": row for name, row in about_fields.items()},
        "message_class": MessageClass.STAFF if isinstance(recipient, Staff) else message_class,
        "department": _department(recipient, actor),
    }


def _inserted(messages: list[Message], excluded: Collection[Staff]) -> list[Message]:
    """Those whose key was new."""
    try:
        with transaction.atomic():
            Message.objects.bulk_create(messages)
    except IntegrityError:
        if len(messages) > 1:
            return [new for message in messages for new in _inserted([message], excluded)]
        if Message.objects.filter(dedupe_key=messages[0].dedupe_key).exists():
            return []
        raise
    for message in messages if excluded else ():
        message.excluded.set(excluded)
    return messages


def _department(recipient: Recipient, actor: Actor) -> Department | None:
    """In whose outbox it stands: the colleague's, else the sender's, else the patient's or the organisation's."""
    if isinstance(recipient, Staff):
        return recipient.department
    if actor.staff is not None and actor.staff.department is not None:
        return actor.staff.department
    return None if isinstance(recipient, Contact) else recipient.department
