"""The guards: every view says what it needs, or why it is open to everybody."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_POST
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from .matrix import Capability

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from accounts.models import Actor, Staff

View = Callable[..., HttpResponseBase]
OF_PAGES = ("GET", "HEAD", "POST")  # a browser opens and sends; a form that answers to PUT would seem to have taken it


class StaffRequest(HttpRequest):
    """The request of somebody who is signed in: what a guarded view receives."""

    user: Staff


def needs(capability: Capability, *, before_duties: bool = False) -> Callable[[View], View]:
    """Only signed-in staff with the capability reach the view; others get the sign-in page or 403.

    A page that belongs to a duty itself (change the first password, set up the second factor) says
    `before_duties`: it can be reached while that duty is still owed.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return sign_in_first(request)
            staff = request.user
            if not before_duties and (owed := duty_url(staff)):
                return _duty_first(request, owed)
            if not staff.can(capability):
                raise PermissionDenied
            return _opened_or_sent(view, request, *args, **kwargs)

        guarded.needs = capability  # type: ignore[attr-defined]
        return guarded

    return decorate


def _opened_or_sent(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    return view(request, *args, **kwargs) if request.method in OF_PAGES else HttpResponseNotAllowed(OF_PAGES)


def _duty_first(request: HttpRequest, owed: str) -> HttpResponseBase:
    """To the page of the duty; a part that a page asks for by itself takes the whole page there, unless it is there.

    A redirect would make the script open the duty's page behind the reader's back, and that makes a new secret.
    """
    htmx = getattr(request, "htmx", None)
    if not htmx:
        return redirect(owed)
    there = urlsplit(_page_around(htmx)).path in (owed, resolve_url("account_reauthenticate"))
    return HttpResponse(status=204, headers={} if there else {"HX-Redirect": owed})


def duty_url(staff: Staff) -> str:
    """Where to go before anything else: to a password of one's own, to the second factor; "" if nothing is owed."""
    if staff.must_change_password:
        return resolve_url("account_change_password")
    if staff.needs_second_factor and not staff.has_second_factor:
        return resolve_url("mfa_activate_totp")
    return ""


def public(reason: str) -> Callable[[View], View]:
    """Open to everybody, for the reason given."""

    def decorate(view: View) -> View:
        @wraps(view)
        def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return _opened_or_sent(view, request, *args, **kwargs)

        opened.public_reason = reason  # type: ignore[attr-defined]
        return opened

    return decorate


def polled(view: View) -> View:
    """Asked for by the page itself, again and again: does not renew the idle clock."""
    view.is_polled = True  # type: ignore[attr-defined]
    return view


def post_only(view: View) -> View:
    """Takes what a form sends and nothing else: no page can be opened there."""
    only: View = require_POST(view)
    only.is_post_only = True  # type: ignore[attr-defined]
    return only


def sign_in_first(request: HttpRequest) -> HttpResponseBase:
    """To the sign-in page and back; a fragment's request takes the whole page there."""
    htmx = getattr(request, "htmx", None)
    if htmx:
        page = _page_around(htmx)
        if request.method == "GET" and urlsplit(page).path == request.path:
            page = request.get_full_path()  # the same list with the filter that was chosen just now
    else:
        page = page_to_open(request)
    url = f"{resolve_url('account_login')}?{urlencode({'next': page})}"
    return HttpResponse(status=401, headers={"HX-Redirect": url}) if htmx else redirect(url)


def _page_around(htmx: HtmxDetails) -> str:
    """The page in which the fragment stands, as far as the browser's word for it can be read."""
    try:
        return htmx.current_url_abs_path or "/"
    except ValueError:
        return "/"


def page_to_open(request: HttpRequest) -> str:
    """Where the reader is, as an address that can be opened again."""
    return request.get_full_path() if request.method in ("GET", "HEAD") else page_of_form(request)


def page_of_form(request: HttpRequest) -> str:
    """The page on which the form stands: some addresses only take what is sent.

    Of a browser that does not say where it came from it is the address itself, or else the start page.
    """
    came_from = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure()):
        if request.GET and urlsplit(came_from).path == request.path:
            return request.get_full_path()  # sent to its own page, whose address says by now what it shows
        return urlsplit(came_from)._replace(scheme="", netloc="", fragment="").geturl()
    view = request.resolver_match and request.resolver_match.func
    return "/" if getattr(view, "is_post_only", False) else request.path


class HasCapability(BasePermission):
    """The same guard in the API: a viewset names its capability as `needs`."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not request.user.is_authenticated:
            return False
        staff = request.user
        return not duty_url(staff) and staff.can(view.needs)


def staff_of(request: Request) -> Staff:
    """Who asks the API; HasCapability has let nobody else through than staff."""
    return cast("Staff", request.user)


def actor_of(request: Request) -> Actor:
    return staff_of(request).actor
