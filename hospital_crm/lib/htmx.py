"""A page and its parts from one template."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_htmx.middleware import HtmxDetails


def render_part(request: HttpRequest, template: str, part: str, context: dict[str, Any]) -> HttpResponse:
    """The fragment `part` of the template when htmx asks for the element of that id, else the whole page."""
    response = render(request, f"{template}#{part}" if is_asked_for(request, part) else template, context)
    response["Vary"] = "HX-Request, HX-Target"  # one address, two bodies: no cache may mix them up
    return response


def is_asked_for(request: HttpRequest, part: str) -> bool:
    """Whether htmx asks for the element of that id alone."""
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    return bool(htmx and not htmx.history_restore_request and htmx.target == part)
