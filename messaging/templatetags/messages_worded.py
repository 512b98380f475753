"""Messages in words, for templates."""

from datetime import datetime

from django import template
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from accounts.access import Capability
from accounts.models import Staff
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
def certificate_page(message: Message, reader: Staff) -> str:
    """Where its words get the certificate for want of which it stayed; "" where they lack none, or the reader may enter
    none.
    """
    words = message.template_version
    if message.reason != Message.Reason.NO_CERTIFICATE or words is None or words.may_go_on(timezone.localdate()):
        return ""
    if not words.has_certificates or not reader.can(Capability.MANAGE_PROTOCOLS):
        return ""
    return reverse("messaging:template_version_renew_certificate", args=[words.pk])


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
