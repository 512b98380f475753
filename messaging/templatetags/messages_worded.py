"""Messages in words, for templates."""

from datetime import datetime

from django import template
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from messaging.models import ContactLog, Message, OptOut

register = template.Library()


@register.simple_tag
def worded(message: Message, part: str, now: datetime) -> str:
    """One part ("title", "text", "url") in the reader's language; of a kind that is gone only its name is left."""
    try:
        words = render_to_string(message.template_name, {"message": message, "part": part, "now": now})
    except TemplateDoesNotExist:
        return message.kind_name if part == "title" else ""
    return SafeString(words.strip())


@register.filter
def scope_worded(code: str) -> str:
    """What an opt-out stops."""
    return str(OptOut.Scope(code).label)


@register.filter
def way_worded(code: str) -> str:
    """How somebody opted out."""
    return str(OptOut.Way(code).label)


@register.filter
def channel_worded(code: str) -> str:
    """Where a text came in."""
    return str(ContactLog.Channel(code).label)
