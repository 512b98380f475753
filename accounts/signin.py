"""Sign-in: who may come in, how long they stay, in which language.

The libraries do the work (allauth: forms and second factor; axes: lockout); here is what is ours about it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT as REAUTHENTICATION_SECONDS
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.totp.internal.auth import generate_totp_secret
from axes.helpers import get_credentials
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render, resolve_url
from django.urls import Resolver404, resolve
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.access.guards import sign_in_first
from accounts.models import Staff
from accounts.querysets import StaffQuerySet
from accounts.services import signins
from accounts.services import staff as staff_services
from hospital_crm.lib.addresses import client_address
from hospital_crm.lib.sealing import CannotBeOpened, seal, unseal

log = structlog.get_logger(__name__)
SECOND_FACTOR_VERBS = {
    "mfa/email/totp_activated": "second_factor.activated",
    "mfa/email/totp_deactivated": "second_factor.deactivated",
    "mfa/email/recovery_codes_generated": "second_factor.recovery_codes_made",
}
SECOND_FACTOR = "second factor"  # what its secrets are sealed for
SEEN = "seen_at"
SIGNED_IN = "signed_in_at"
SEEN_STEP_SECONDS = 30  # the session row is written at most this often


class StaffBackend(ModelBackend):
    """Whoever is signed in is read in one query, with what every page asks about them."""

    def get_user(self, user_id: int) -> Staff | None:
        staff = _readers().filter(pk=user_id).first()
        return staff if staff is not None and self.user_can_authenticate(staff) else None


@cache
def _readers() -> StaffQuerySet:
    """Put together once: every request asks the same of somebody else."""
    readers: StaffQuerySet = Staff.objects.with_access()
    return readers


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by the administrator; sign-ins and sign-outs are in the audit."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "enter_current_password": gettext_lazy("Type your current password.")
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        return signins.tries_key(credentials.get("username", ""))

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Under the name that axes looks for too; else it counts all accounts of an address as one."""
        return super().authenticate(request, **credentials | get_credentials(credentials["username"]))

    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)
        at = timezone.now()
        request.session[SEEN] = int(at.timestamp())
        request.session[SIGNED_IN] = at.timestamp()
        signins.record_sign_in(staff=user, address=client_address(request), at=at)

    def logout(self, request: HttpRequest) -> None:
        if request.user.is_authenticated:
            staff = request.user
            signins.record_sign_out(staff=staff, address=client_address(request), at=timezone.now())
        super().logout(request)

    def set_password(self, user: Any, password: str) -> None:
        staff_services.change_own_password(staff=user, password=password, at=timezone.now())

    def has_just_shown(self, user: Staff) -> bool:
        """Whoever came in with a one-time password a moment ago need not type it again to replace it."""
        since = timezone.now().timestamp() - float(self.request.session.get(SIGNED_IN, 0))
        return user.must_change_password and since < REAUTHENTICATION_SECONDS

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """The password was typed just now: setting up the second factor does not ask for it once more."""
        reauthenticate_by_password(request)
        messages.success(request, _("Password changed"))
        return str(resolve_url(settings.LOGIN_REDIRECT_URL))

    def send_notification_mail(self, template_prefix: str, user: Any, *args: Any, **kwargs: Any) -> None:
        """The library's word for what has just happened; here it goes into the audit instead of a mail."""
        if verb := SECOND_FACTOR_VERBS.get(template_prefix):
            signins.record_second_factor(staff=user, verb=verb, at=timezone.now())

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request) or "unknown"

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """The pages say what happened; no second voice."""


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of the second factor are encrypted at rest with a key made from SECRET_KEY."""

    def encrypt(self, text: str) -> str:
        return seal(text, purpose=SECOND_FACTOR)

    def decrypt(self, encrypted_text: str) -> str:
        """A secret that SECRET_KEY no longer opens counts as one that nobody knows: no code fits, nothing breaks.

        The administrator's password reset removes it, and the person sets the second factor up again.
        """
        try:
            return unseal(encrypted_text, purpose=SECOND_FACTOR)
        except CannotBeOpened:
            log.error("second_factor_unreadable", hint="SECRET_KEY was changed: reset the person's password")
            return str(generate_totp_secret())

    def get_totp_issuer(self) -> str:
        return "Hospital CRM"

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        return not authenticator.user.needs_second_factor


def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any] | None) -> HttpResponse:
    """The page after too many wrong passwords (429)."""
    username = str((credentials or {}).get("username", ""))
    if staff := Staff.objects.filter(username=username).first():
        signins.record_lockout(staff=staff, at=timezone.now())
    answer = render(request, "errors/429.html", {"minutes": settings.LOCKOUT_MINUTES}, status=429)
    answer["Retry-After"] = str(settings.LOCKOUT_MINUTES * 60)
    return answer


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


class PrivatePagesMiddleware:
    """What somebody who is signed in sees is kept by no cache: not by a proxy, not by a shared computer's browser."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.user.is_authenticated:
            patch_cache_control(response, private=True, no_store=True)
        return response


class StaffLanguageMiddleware:
    """The language that a person chose goes before the browser's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        language = getattr(request.user, "language", "")
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = language
        return self.get_response(request)
