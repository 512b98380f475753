"""What the administrator types about each provider."""

from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from messaging.models import FOR_GROUPS, KIND_NAMES, GatewaySetup, Provider

from .accounts import HostField, KeyField, SetupForm, check_host, of_letters

HOOK_PATH = "/cgi-bin/webhook/send"


class _SmsForm(SetupForm):
    """What the providers of text messages have in common; the fields before it are their own."""

    keys = ("key_secret",)

    key_id = forms.CharField(
        label=_("Key ID"),
        max_length=100,
        validators=[of_letters(r"[A-Za-z0-9]{10,}", _("Letters and digits, at least ten: as the provider shows it."))],
    )
    key_secret = KeyField(
        label=_("Key secret"),
        validators=[of_letters(r"[A-Za-z0-9+/=_-]{16,}", _("At least 16 letters and digits, without spaces."))],
    )
    sign_name = forms.CharField(
        label=_("Signature"),
        max_length=20,
        required=False,
        validators=[RegexValidator(r"\A[^【】\s]{2,}\Z", _("Two characters or more, without 【】 and spaces."))],
        help_text=_("As the provider has approved it, without 【】. Empty: the one of the hospital profile."),
    )
    price = forms.DecimalField(
        label=_("Price of one part (CNY)"),
        max_digits=6,
        decimal_places=4,
        min_value=Decimal(0),
        required=False,
        help_text=_("Of 70 characters, or 67 of a longer text: what the outbox counts as cost."),
    )
    trial_template = forms.CharField(
        label=_("Template for tests"),
        max_length=64,
        required=False,
        help_text=_(
            "The provider's number of an approved template without variables. Without it nothing can be tried."
        ),
    )
    url = HostField()


class AliyunForm(_SmsForm):
    pass


class TencentForm(_SmsForm):
    app_id = forms.CharField(
        label=_("SDK app ID"),
        max_length=20,
        validators=[of_letters(r"\d{6,}", _("Digits alone, such as 1400006666."))],
    )
    region = forms.CharField(
        label=_("Region"),
        max_length=40,
        required=False,
        validators=[of_letters(r"[a-z]+(-[a-z0-9]+)+", _("A region such as ap-guangzhou."))],
        help_text=_("Empty: ap-guangzhou."),
    )
    field_order = ("key_id", "key_secret", "app_id", "region")


class WeChatForm(SetupForm):
    keys = ("secret", "call_back_token", "aes_key")

    app_id = forms.CharField(
        label=_("AppID"),
        max_length=40,
        validators=[of_letters(r"wx[0-9a-zA-Z]{6,}", _("Begins with wx, as the platform shows it."))],
    )
    secret = KeyField(
        label=_("AppSecret"),
        validators=[of_letters(r"[0-9a-zA-Z]{16,}", _("At least 16 letters and digits, without spaces."))],
    )
    call_back_token = KeyField(
        label=_("Token of the message push"),
        validators=[of_letters(r"[0-9a-zA-Z]{3,32}", _("3 to 32 letters and digits: the same as on the platform."))],
    )
    aes_key = KeyField(
        label=_("EncodingAESKey"),
        validators=[of_letters(r"[0-9a-zA-Z]{43}", _("43 letters and digits: the same as on the platform."))],
    )
    trial_template = forms.CharField(
        label=_("Template for tests"),
        max_length=64,
        required=False,
        help_text=_("The number of a template message of the account. Without it nothing can be tried."),
    )
    trial_keyword = forms.CharField(
        label=_("Keyword that the test fills"),
        max_length=20,
        required=False,
        validators=[of_letters(r"[a-z_]+\d{0,3}", _("A keyword of the template, such as thing1."))],
        help_text=_("Such as thing1. Empty: the test fills none."),
    )
    url = HostField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.has_secret("aes_key"):
            self.fields["aes_key"].help_text = _("Only where messages are pushed in secure mode (安全模式).")


class WeComForm(SetupForm):
    keys = ("web_hook",)

    name = forms.CharField(
        label=_("Name of the group"), max_length=60, help_text=_("What the outbox shows as the recipient.")
    )
    web_hook = KeyField(label=_("Web hook address of the robot"))
    told = forms.MultipleChoiceField(
        label=_("What the group is told"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "With number, kind, time and link alone, never whom it was promised to. "
            "What one colleague owes is told once it is late in the department."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["told"] = self.instance.told
        field = self.fields["told"]
        field.choices = [(kind, KIND_NAMES[kind]) for kind in FOR_GROUPS]  # type: ignore[attr-defined]
        field.is_alternative = True  # type: ignore[attr-defined]  # none is a choice, too

    def clean_web_hook(self) -> str:
        address = str(self.cleaned_data["web_hook"]).strip()
        if address:
            check_host(address)
            parts = urlsplit(address)
            if not parts.path.endswith(HOOK_PATH) or not parse_qs(parts.query).get("key"):
                raise ValidationError(_("Copy the whole address from WeCom: it ends in ?key= and the robot's key."))
        return address


FORMS: dict[Provider, type[SetupForm]] = {
    Provider.ALIYUN: AliyunForm,
    Provider.TENCENT: TencentForm,
    Provider.WECHAT: WeChatForm,
    Provider.WECOM: WeComForm,
}


def form_for(setup: GatewaySetup) -> type[SetupForm]:
    return FORMS[Provider(setup.provider)]
