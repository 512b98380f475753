"""Messages in words, for templates."""

from datetime import datetime

from django import template
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from messaging.models import Message

register = template.Library()


@register.simple_tag
def worded(message: Message, part: str, now: datetime) -> str:
    """One part ("title", "text", "url") in the reader's language; of a kind that is gone only its name is left."""
    try:
        words = render_to_string(message.template_name, {"message": message, "part": part, "now": now})
    except TemplateDoesNotExist:
        return message.kind_name if part == "title" else ""
    return SafeString(words.strip())
