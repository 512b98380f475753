"""Messages as a table: what was said to whom, and what became of it, as far as the outbox shows it to whoever asks."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.template import TemplateDoesNotExist
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts import audit
from accounts.access import Capability
from accounts.models import Staff
from hospital_crm.lib.exports import still_there, written_moment
from hospital_crm.lib.filters import with_days
from jobs.services.exports import Export
from messaging.models import Message
from messaging.querysets import MessageQuerySet
from patients.services.looks import count_exports, record_wanted

from .letters import letter_of
from .readings import readable_among, recipient_of
from .words import texts_of

UNSAID = "…"  # in the place of a link: whoever opens one acts for the patient
LINK = re.compile(f"https?://[!-~{UNSAID}]+")  # also one that is hidden in part already


def messages_asked_for(staff: Staff, parameters: dict[str, Any]) -> MessageQuerySet:
    """What the person may carry away of what was asked for, newest first."""
    asked = with_days(parameters["filter"])
    return Message.objects.exportable_by(staff).matching(staff, **asked).newest_first()


def _keys(staff: Staff, parameters: dict[str, Any]) -> Iterable[int]:
    return messages_asked_for(staff, parameters).values_list("pk", flat=True)


def _about_oneself(staff: Staff, parameters: dict[str, Any]) -> Iterable[int]:
    """Messages go on their way, which takes nothing from a file. What does is that one of them turns out to be about
    whoever carries it away.
    """
    return Message.objects.filter(excluded=staff).values_list("pk", flat=True)


def _rows(staff: Staff, keys: list[int]) -> list[list[str]]:
    found = still_there(Message.objects.with_all_shown().in_bulk(keys), keys)
    readable = readable_among(found, reader=staff)
    said = _said([message for message in found if message.pk in readable])
    whom = {message.pk: recipient_of(message, is_readable=message.pk in readable, reader=staff) for message in found}
    unread = _("Text not shown to you")
    return [_row(message, whom=whom[message.pk], said=said.get(message.pk, unread)) for message in found]


def _said(messages: Sequence[Message]) -> dict[int, str]:
    """What each says: to patients word by word, to colleagues as their letters do, which name nobody."""
    texts = {key: LINK.sub(UNSAID, text) for key, text in texts_of(messages).items()}
    return texts | {message.pk: _letter(message) for message in messages if message.pk not in texts}


def _letter(message: Message) -> str:
    """Without the link to its page; of a kind that is gone only its name is left."""
    try:
        letter = letter_of(message, language=get_language() or "")
    except TemplateDoesNotExist:
        return message.kind_name
    return LINK.sub("", f"{letter.subject}\n{letter.body}").strip()


def _heading() -> list[str]:
    return [
        _("To be sent"), _("Recipient"), _("Channel"), _("Address"), _("Kind"), _("Message"), _("Template"),
        _("State"), _("Reason"), _("Settled"), _("Decided by"), _("What the provider tells"), _("Delivered"),
        _("Provider"), _("The provider says"), _("Times handed over"), _("Parts"), _("Cost"),
        _("Queued by"), _("Queued"),
    ]  # fmt: skip


def _row(message: Message, *, whom: str, said: str) -> list[str]:
    """The address masked for everybody, as in the outbox."""
    return [
        written_moment(message.send_at),
        whom,
        message.get_channel_display(),
        message.masked_address,
        message.kind_name,
        said,
        message.template_version.template.name if message.template_version else "",
        message.get_state_display(),
        _("A colleague found that it had arrived.") if message.is_sent_by_word else message.get_reason_display(),
        written_moment(message.settled_at),
        message.settled_by.name if message.settled_by else "",
        message.get_fate_display(),
        written_moment(message.delivered_at),
        message.provider,
        message.provider_code,
        str(message.attempts),
        "" if message.parts is None else str(message.parts),
        "" if message.cost is None else str(message.cost),
        message.queued_by.name,
        written_moment(message.queued_at),
    ]


MESSAGES = Export(
    kind="message_export",
    name="messages",
    verb="messages.exported",
    sees=Capability.SETTLE_OUTBOX,
    heading=_heading,
    keys=_keys,
    rows=_rows,
    marks=_about_oneself,
    asked=record_wanted,
)
audit.name_verbs({MESSAGES.verb: gettext_lazy("Messages exported")})
count_exports(MESSAGES.verb)
