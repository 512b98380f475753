"""Who does nothing for a time is signed out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access.guards import sign_in_first
from accounts.services import signins
from hospital_crm.lib.addresses import client_address

SEEN = "seen_at"
SIGNED_IN = "signed_in_at"
SEEN_STEP_SECONDS = 30  # the session row is written at most this often


class IdleTimeoutMiddleware:
    """Signs people out after a time without activity. What a page asks by itself is no activity.

    A shared computer: IDLE_MINUTES; one's own, as said at sign-in: OWN_COMPUTER_HOURS.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Ends the session before anything else: at an address that nobody knows and before a form is checked, too."""
        if SEEN in request.session:
            if _was_signed_out(request):
                logout(request)
            elif _idle_seconds(request) > idle_limit_seconds(request):
                self._sign_out(request)
                if not _answers_strangers(request.path_info):
                    return _to_the_door(request)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any) -> None:
        if SEEN not in request.session or getattr(view, "is_polled", False):
            return
        if _idle_seconds(request) >= SEEN_STEP_SECONDS:
            request.session[SEEN] = _now()

    def _sign_out(self, request: HttpRequest) -> None:
        if request.user.is_authenticated:
            staff = request.user
            signins.record_idle_sign_out(staff=staff, address=client_address(request), at=timezone.now())
        logout(request)


def _answers_strangers(path: str) -> bool:
    """Whether strangers may open the address, or nothing is there, or the API says 401 by itself."""
    try:
        view = resolve(path).func
    except Resolver404:
        return True
    return hasattr(view, "public_reason") or hasattr(view, "cls")


def _to_the_door(request: HttpRequest) -> HttpResponseBase:
    with translation.override(translation.get_language_from_request(request)):  # of the door, not of the account
        messages.info(request, _idle_text())
    return sign_in_first(request)


def _idle_seconds(request: HttpRequest) -> int:
    return _now() - int(request.session[SEEN])


def _was_signed_out(request: HttpRequest) -> bool:
    """Whether the account was closed since this sign-in; opening it again does not open the old door."""
    if not request.user.is_authenticated:
        return False
    closed = request.user.signed_out_at
    return closed is not None and request.session.get(SIGNED_IN, 0) < closed.timestamp()


def idle_limit_seconds(request: HttpRequest) -> int:
    if request.session.get_expire_at_browser_close():
        return int(settings.IDLE_MINUTES) * 60
    return int(settings.OWN_COMPUTER_HOURS) * 3600


def _idle_text() -> str:
    minutes = settings.IDLE_MINUTES
    sentence = ngettext(
        "You were signed out after %(minutes)d minute without activity.",
        "You were signed out after %(minutes)d minutes without activity.",
        minutes,
    )
    return " ".join([sentence % {"minutes": minutes}, _("What you had typed is kept in this browser tab.")])


def _now() -> int:
    return int(timezone.now().timestamp())
