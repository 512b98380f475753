"""What the libraries are told otherwise: who may come in, what is in the audit, how secrets are kept."""

from __future__ import annotations

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
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Staff
from accounts.services import passwords, signins
from hospital_crm.lib.addresses import client_address
from hospital_crm.lib.sealing import CannotBeOpened, seal, unseal

from .idle import SEEN, SIGNED_IN

log = structlog.get_logger(__name__)
SECOND_FACTOR_VERBS = {
    "mfa/email/totp_activated": "second_factor.activated",
    "mfa/email/totp_deactivated": "second_factor.deactivated",
    "mfa/email/recovery_codes_generated": "second_factor.recovery_codes_made",
}
SECOND_FACTOR = "second factor"  # what its secrets are sealed for


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
        passwords.change_own_password(staff=user, password=password, at=timezone.now())

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
