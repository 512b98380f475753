"""At the door: password, second factor, and both once more before something delicate."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as CodeAgainForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, TOTP
from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_credentials
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.services import signins
from hospital_crm.lib.forms import StyledForm


class SignInForm(StyledForm, LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("User name")
        self.fields["remember"].label = _("This is my own computer: keep me signed in for %(hours)d hours") % {
            "hours": settings.OWN_COMPUTER_HOURS
        }
        self.fields["password"].help_text = ""

    def clean_login(self) -> str:
        return str(super().clean_login()).lower()  # one account, however it is written: one count of wrong passwords

    def _clean_with_password(self, credentials: dict[str, Any]) -> Any:
        try:
            return super()._clean_with_password(credentials)
        except ValidationError as error:
            if error.code == "too_many_login_attempts":  # from several addresses together
                self.request.axes_locked_out, self.request.axes_credentials = True, credentials
            raise ValidationError(self._wrong_password(credentials), code="wrong_password") from error

    def _wrong_password(self, credentials: dict[str, Any]) -> str:
        failures = AxesProxyHandler.get_failures(self.request, get_credentials(credentials["username"]))
        left = max(0, settings.LOCKOUT_ATTEMPTS - failures)
        return ngettext(
            "User name or password is wrong. %(left)d try left, then a wait of %(minutes)d minutes.",
            "User name or password is wrong. %(left)d tries left, then a wait of %(minutes)d minutes.",
            left,
        ) % {"left": left, "minutes": settings.LOCKOUT_MINUTES}


class PasswordForm(StyledForm, ChangePasswordForm):
    """Change one's own password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = _("Current password")
        if get_adapter().has_just_shown(self.user):
            del self.fields["oldpassword"]
        self.fields["password1"].label = _("New password")
        self.fields["password2"].label = _("New password once more")

    def clean_oldpassword(self) -> str:
        """Through the door's own count: whoever found an open browser cannot guess here without end."""
        password = str(self.cleaned_data["oldpassword"])
        if not get_adapter().reauthenticate(self.user, password):
            raise get_adapter().validation_error("enter_current_password")
        return password

    def clean_password1(self) -> str:
        """Whoever chose the one-time password knows it."""
        password = str(self.cleaned_data["password1"])
        if self.user.check_password(password):
            raise ValidationError(_("Choose a password other than the one you have now."))
        return password


class PasswordAgainForm(StyledForm, ReauthenticateForm):
    """The password once more before something delicate."""


class CodeForm(StyledForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code from the phone")


class CheckedCodeForm(CodeForm):
    def _emit_authentication_failed(self, authenticator: Authenticator) -> None:
        """The library's place for what follows a wrong code."""
        signins.record_wrong_code(staff=self.user, at=timezone.now())  # type: ignore[attr-defined]


class SecondFactorForm(CheckedCodeForm, AuthenticateForm):
    """The code at sign-in."""


class SecondFactorAgainForm(CheckedCodeForm, CodeAgainForm):
    """The code once more before something delicate."""


class ActivateSecondFactorForm(CodeForm, ActivateTOTPForm):
    """The first code, which proves that the phone has the secret."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """The secret stays the same until it is used: a reload or the other language does not void what was scanned."""
        kept = context.request.session.get(SECRET_SESSION_KEY)
        super().__init__(*args, **kwargs)
        if kept:
            context.request.session[SECRET_SESSION_KEY] = self.secret = kept

    def clean_code(self) -> str:
        """A code opens once: this one no longer serves at the door."""
        code = str(super().clean_code())
        TOTP(Authenticator(user=self.user))._mark_code_used(code)
        return code
