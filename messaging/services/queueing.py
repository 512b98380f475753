"""The rows of what is to be said: for whom, about whom, each key once."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.template.loader import get_template

from accounts.models import Actor, Department, Staff
from messaging.models import Channel, Message, MessageClass, TemplateVersion
from messaging.models.messages import worded_by
from patients.models import Contact, Target, target_fields
from patients.services.survivors import survivor_even_erased

Recipient = Staff | Target


def queue_rows(
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
    template_version: TemplateVersion | None = None,
) -> list[Message]:
    """The same on several channels, each under its key; returns what was new."""
    for channel in keys if template_version is None else ():
        get_template(worded_by(kind, "html" if channel == Channel.IN_APP else "txt"))
    if recipient in excluded:
        return []
    same = {
        "source": source,
        "kind": kind,
        "params": params,
        "template_version": template_version,
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
