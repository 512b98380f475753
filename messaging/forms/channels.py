"""A department's group, and where a test goes."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from hospital_crm.lib.forms import CreateForm, StyledForm
from hospital_crm.lib.phones import NotAPhoneNumber, is_mobile, read_phone
from messaging.models import GatewaySetup, Provider
from messaging.services.followers import OPEN_ID, NotAnOpenId


class GroupForm(CreateForm, forms.Form):
    department = forms.ModelChoiceField(Department.objects.none(), label=_("Department"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = Department.objects.in_use().in_tree_order()  # type: ignore[attr-defined]


class TrialForm(StyledForm, forms.Form):
    """Where the test goes; to a group there is no choice."""

    to = forms.CharField(max_length=60)

    def __init__(self, *args: Any, setup: GatewaySetup, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.setup = setup
        if setup.provider == Provider.WECOM:
            del self.fields["to"]
        else:
            is_wechat = setup.provider == Provider.WECHAT
            self.fields["to"].label = _("Open ID of a follower") if is_wechat else _("Mobile number")

    @property
    def address(self) -> str:
        return str(self.cleaned_data.get("to") or self.setup.value("name"))

    def clean_to(self) -> str:
        read: Callable[[str], str] = _open_id if self.setup.provider == Provider.WECHAT else _mobile
        return read(str(self.cleaned_data["to"]).strip())


def _open_id(text: str) -> str:
    if not OPEN_ID.fullmatch(text):
        raise ValidationError(NotAnOpenId.message)
    return text


def _mobile(text: str) -> str:
    try:
        number = read_phone(text)
    except NotAPhoneNumber as error:
        raise ValidationError(_("Type a mobile number of the mainland: 11 digits that begin with 1.")) from error
    if not is_mobile(number.digits):
        raise ValidationError(_("Type a mobile number of the mainland: 11 digits that begin with 1."))
    return number.e164 or number.digits
