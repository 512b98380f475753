"""The link in a message by which its recipient stops such messages, and what colleagues are shown of such links."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from hospital_crm.lib.tokens import LENGTH, Token, make_token
from institution.models import Setting
from messaging.models import Channel, Message, MessageClass

PURPOSE = "stop_messages"
STOPPABLE = (MessageClass.SURVEY, MessageClass.MARKETING)
HIDDEN = "…"


@dataclass(frozen=True)
class LinkRules:
    """The hospital's, at one moment; links of another version open nothing."""

    days: int
    version: int


def link_rules() -> LinkRules:
    numbers = Setting.objects.numbers("messaging.link")
    return LinkRules(days=int(numbers["_days"]), version=int(numbers["s_version"]))


def stop_link(message: Message, rules: LinkRules | None = None) -> str:
    """Where whoever gets the message can stop such messages: an absolute address, short enough for a text message."""
    rules = rules or link_rules()
    day = timezone.localdate(message.handed_over_at or message.due_at) + timedelta(days=rules.days)
    return _address(make_token(PURPOSE, Token(message.pk, rules.version, day)))


def longest_link() -> str:
    """As long as every link to a patient is: the host that the deployment names, one letter, and what opens it."""
    return _address("0" * LENGTH)


def hidden_stop_link() -> str:
    """As colleagues read it."""
    return hidden(_address("-"))


def hidden(link: str) -> str:
    """Where it leads, without what opens it."""
    return f"{link.partition('?')[0].rstrip('/').rpartition('/')[0]}/{HIDDEN}"


def _address(token: str) -> str:
    return settings.BASE_URL + reverse("messaging:stop", args=[token])


def unsubscribe_headers(message: Message) -> dict[str, str]:
    """Of an e-mail that may be stopped by one click (RFC 8058); of all others none."""
    if message.channel != Channel.EMAIL or message.message_class not in STOPPABLE:
        return {}
    return {"List-Unsubscribe": f"<{stop_link(message)}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
