from datetime import datetime

from django import template

from promises.models import Promise

register = template.Library()


@register.filter
def lateness(promise: Promise, now: datetime) -> str:
    """ "due", "unowned" or ""; see the model."""
    return promise.lateness(now)
