"""The fields of an account at a provider. A key that is typed goes in; it never comes out again."""

import re
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from hospital_crm.lib.forms import EditForm
from messaging.models import GatewaySetup

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def of_letters(pattern: str, message: Any) -> RegexValidator:
    return RegexValidator(rf"\A{pattern}\Z", message, flags=re.ASCII)


def check_host(url: str) -> None:
    """Keys and numbers go there: in clear to this machine alone."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise ValidationError(_("The address must begin with https://."))


class KeyField(forms.CharField):
    """Write-only: left empty, what is stored stays."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
        super().__init__(required=False, widget=widget, max_length=300, **kwargs)
        self.is_alternative = True  # not optional: it is there already, or it is needed


class HostField(forms.URLField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Address of the provider's interface"),
            required=False,
            max_length=200,
            assume_scheme="https",
            help_text=_("Empty: the provider's usual one. Only for a proxy of your own or a private installation."),
            **kwargs,
        )
        self.validators.append(check_host)

    def to_python(self, value: Any) -> str:
        """Without its last slash, so that the same address is no change."""
        return str(super().to_python(value)).rstrip("/")


class SetupForm(EditForm, forms.Form):
    """The account at one provider; its subclasses name the fields."""

    keys: tuple[str, ...] = ()

    def __init__(self, *args: Any, instance: GatewaySetup, **kwargs: Any) -> None:
        self.instance = instance
        super().__init__(*args, initial=dict(instance.values), **kwargs)
        for name in self.keys:
            field = self.fields[name]
            field.show_hidden_initial = False
            if not field.help_text:
                field.help_text = (
                    _("Stored, and never shown again. Type it only to replace it.")
                    if instance.has_secret(name)
                    else _("Not stored yet.")
                )

    @property
    def values(self) -> dict[str, Any]:
        names = [name for name in self.fields if name not in (*self.keys, "version")]
        said = {name: self.cleaned_data[name] for name in names}
        plain = {name: f"{value:f}" if isinstance(value, Decimal) else value for name, value in said.items()}
        return {name: value for name, value in plain.items() if value not in ("", None)}

    @property
    def typed_keys(self) -> dict[str, str]:
        return {name: key for name in self.keys if (key := self.cleaned_data[name])}

    def leave_out_keys(self) -> None:
        """Before it is shown beside what somebody else has saved: keys are on no page."""
        for name in self.keys:
            del self.fields[name]
