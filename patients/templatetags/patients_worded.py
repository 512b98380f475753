"""Codes of people's stories in the reader's words."""

from django import template

from patients.models import Purpose

register = template.Library()


@register.filter
def purpose_worded(code: str) -> str:
    """What a consent is for."""
    return str(Purpose(code).label)
