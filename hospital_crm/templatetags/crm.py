"""Small words for templates."""

from functools import cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@cache
def _sprite() -> str:
    return static("icons.svg")


@register.simple_tag
def icon(name: str, classes: str = "i") -> SafeString:
    """An outline from the sprite; decoration only, so the words beside it must say what it means."""
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}#i-{}"/></svg>', classes, _sprite(), name)
