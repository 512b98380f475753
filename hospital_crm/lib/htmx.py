"""A page and its parts from one template."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_htmx.middleware import HtmxDetails


def render_part(
    request: HttpRequest, template: str, part: str, context: dict[str, Any], *, element: str = ""
) -> HttpResponse:
    """The fragment `part` of the template when htmx asks for the element of that id, or of the one that is named, else
    the whole page.
    """
    is_part = is_asked_for(request, element or part)
    response = render(request, f"{template}#{part}" if is_part else template, context)
    response["Vary"] = "HX-Request, HX-Target"  # one address, two bodies: no cache may mix them up
    return response


def is_asked_for(request: HttpRequest, part: str) -> bool:
    """Whether htmx asks for the element of that id alone."""
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    return bool(htmx and not htmx.history_restore_request and htmx.target == part)
