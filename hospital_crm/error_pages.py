"""The pages for what went wrong: each says what to do now."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import structlog
from django.apps import apps
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django_htmx.middleware import HtmxDetails

from accounts.access.guards import page_of_form, sign_in_first
from hospital_crm.lib.acts import next_url
from hospital_crm.lib.problems import is_for_programs, problem_response

LOOKED_FOR = re.compile(r"No (\w+) matches")  # what get_object_or_404 says


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_for_programs(request):
        return problem_response(400, "bad_request", _("The request is not readable."))
    return _plain("errors/400.html", 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, "errors/403.html", 403)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """Another tab signed out, or in again, since this page was opened: go on where one was, without a dead end."""
    signed_in = request.user.is_authenticated
    is_door = request.resolver_match is not None and request.resolver_match.view_name == "account_login"
    if is_door and signed_in:
        return redirect(next_url(request, resolve_url(settings.LOGIN_REDIRECT_URL)))
    if is_door and settings.CSRF_COOKIE_NAME in request.COOKIES:  # without cookies it would go round in circles
        messages.info(request, _("This page was open too long. Sign in once more."))
        return redirect(f"{request.path}?{urlencode({'next': next_url(request, '/')})}")
    if not is_door and not signed_in:
        return sign_in_first(request)
    return _page(request, "errors/403_csrf.html", 403, opened_at=page_of_form(request))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_for_programs(request):
        return problem_response(404, "not_found", _("There is no such address."))
    return _page(request, "errors/404.html", 404, what=_missing(request, exception) or request.path)


def _missing(request: HttpRequest, exception: Exception) -> str:
    """The row that the view looked for, "person 17"; "" when it was no row, or one without a name for readers."""
    found = LOOKED_FOR.match(str(exception))
    kinds = {model.__name__: model._meta.verbose_name for model in apps.get_models()}
    kind = kinds.get(found[1]) if found else None
    if not isinstance(kind, Promise) or request.resolver_match is None:
        return ""
    words, given = str(kind), request.resolver_match.kwargs.values()
    return f"{words[:1].lower()}{words[1:]} {' '.join(map(str, given))}"[:40].strip()


def server_error(request: HttpRequest) -> HttpResponse:
    """Without database, session or language: whatever broke, this page comes."""
    if is_for_programs(request):
        return problem_response(500, "error", "", request_id=request_id())
    return _plain("errors/500.html", 500)


def too_many_requests(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, "errors/429.html", 429, minutes=settings.LOCKOUT_MINUTES)


class WrongMethodMiddleware:
    """An address that only takes what is sent, opened by hand or by a way back: a page instead of a blank (405)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        reads_pages = "text/html" in request.headers.get("Accept", "")
        if (
            response.status_code != 405
            or response.get("Content-Type", "").startswith("application/")
            or not reads_pages
        ):
            return response
        page = _page(request, "errors/405.html", 405)
        page["Allow"] = response["Allow"]
        return page


def request_id() -> str:
    """The number under which the logs hold this request; "" outside one."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


def _plain(template: str, status: int) -> HttpResponse:
    return HttpResponse(render_to_string(template, {"request_id": request_id(), "css_url": _css_url()}), status=status)


def _css_url() -> str:
    try:
        return static("crm.css")
    except ValueError:  # no collected files: the page comes all the same, only plainer
        return ""


def _page(request: HttpRequest, template: str, status: int, **context: Any) -> HttpResponse:
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    if htmx and not htmx.history_restore_request:
        return HttpResponse(status=status)  # it asked for a part of a page, and the script there has the words
    signed_in = getattr(request, "user", None) is not None and request.user.is_authenticated
    context |= {"layout": "shell.html" if signed_in else "gate.html", "request_id": request_id()}
    return render(request, template, context, status=status)
