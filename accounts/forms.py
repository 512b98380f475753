"""Shape and wording of what people type; rules live in the services."""

from __future__ import annotations

from datetime import date
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
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.access import Role
from accounts.models import Absence, Department, SavedView, Staff, Team
from accounts.models.saved_views import LONGEST_QUERY
from accounts.services import signins
from accounts.services.saved_views import LISTS
from hospital_crm.lib.forms import CreateForm, EditForm, StyledForm

DATE = {"type": "date"}


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


class DepartmentChoice(forms.ModelChoiceField[Department]):
    """The tree of departments in use, each indented below the one it belongs to."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Department.objects.in_use().in_tree_order(), required=False, **kwargs)

    def label_from_instance(self, department: Department) -> str:
        return "\u3000" * department.level + department.name


class StaffFields(forms.ModelForm[Staff]):
    department = DepartmentChoice(label=_("Department"), empty_label=_("None yet"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = Department.objects.selectable(self.instance.department_id)  # type: ignore[attr-defined]

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("What the roles allow adds up. Without a role nobody sees more than the own account."),
    )

    class Meta:
        model = Staff
        fields = ("display_name", "display_name_en", "username", "employee_number", "department", "extension", "email")
        widgets = {
            "username": forms.TextInput(
                attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
            )
        }

    def clean_username(self) -> str:
        return str(self.cleaned_data["username"]).lower()


class StaffCreateForm(CreateForm, StaffFields):
    pass


class StaffEditForm(EditForm, StaffFields):
    def __init__(self, *args: Any, instance: Staff, **kwargs: Any) -> None:
        initial = {"roles": [str(role) for role in instance.roles]}
        super().__init__(*args, instance=instance, initial=initial, **kwargs)


class OwnAccountForm(EditForm, forms.ModelForm[Staff]):
    class Meta:
        model = Staff
        fields = ("display_name", "display_name_en", "extension")


class DepartmentFields(forms.ModelForm[Department]):
    parent = DepartmentChoice(label=_("Belongs to"), empty_label=_("None: stands at the top"))

    class Meta:
        model = Department
        fields = ("name_zh", "name_en", "parent", "kind", "official_code", "head", "deputy", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = Department.objects.selectable(self.instance.parent_id)  # type: ignore[attr-defined]
        people = Staff.objects.selectable(self.instance.head_id, self.instance.deputy_id)
        for name in ("head", "deputy"):
            self.fields[name].queryset = people  # type: ignore[attr-defined]
            self.fields[name].empty_label = _("Nobody yet")  # type: ignore[attr-defined]

    def clean_deputy(self) -> Staff | None:
        """The table's constraint says the same, but not at the field."""
        deputy: Staff | None = self.cleaned_data["deputy"]
        if deputy is not None and deputy == self.cleaned_data.get("head"):
            raise ValidationError(_("The deputy must be somebody other than the head."))
        return deputy


class DepartmentCreateForm(CreateForm, DepartmentFields):
    pass


class DepartmentEditForm(EditForm, DepartmentFields):
    pass


class MembersChoice(forms.ModelMultipleChoiceField[Staff]):
    """Active staff. A number too large for the database is nobody's, but the database would not say so: it breaks."""

    LONGEST_NUMBER = 18

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Staff.objects.active().by_name(), required=False, **kwargs)

    def clean(self, value: Any) -> Any:
        for number in value or ():
            if len(str(number)) > self.LONGEST_NUMBER:
                raise ValidationError(self.error_messages["invalid_pk_value"], params={"pk": number})
        return super().clean(value)


class TeamFields(forms.ModelForm[Team]):
    class Meta:
        model = Team
        fields = ("name_zh", "name_en", "lead", "is_active")

    members = MembersChoice(label=_("Members"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead"].queryset = Staff.objects.selectable(self.instance.lead_id)  # type: ignore[attr-defined]
        self.fields["lead"].empty_label = _("Nobody yet")  # type: ignore[attr-defined]


class TeamCreateForm(CreateForm, TeamFields):
    pass


class TeamEditForm(EditForm, TeamFields):
    def __init__(self, *args: Any, instance: Team, **kwargs: Any) -> None:
        members = list(instance.members.values_list("pk", flat=True))
        super().__init__(*args, instance=instance, initial={"members": members}, **kwargs)
        self.fields["members"].queryset = Staff.objects.selectable(*members)  # type: ignore[attr-defined]


class AbsenceForm(CreateForm, forms.ModelForm[Absence]):
    class Meta:
        model = Absence
        fields = ("starts_on", "ends_on", "deputy")
        widgets = {"starts_on": forms.DateInput(attrs=DATE), "ends_on": forms.DateInput(attrs=DATE)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Staff.objects.active().exclude(pk=self.instance.staff_id).by_name()
        self.fields["deputy"].queryset = others  # type: ignore[attr-defined]
        self.fields["deputy"].empty_label = _("Nobody yet")  # type: ignore[attr-defined]

    def clean_ends_on(self) -> date:
        """The table's constraint says the same, but not at the field."""
        ends_on: date = self.cleaned_data["ends_on"]
        if "starts_on" in self.cleaned_data and ends_on < self.cleaned_data["starts_on"]:
            raise ValidationError(_("The last day must not come before the first."))
        return ends_on


class TokenForm(StyledForm, forms.Form):
    name = forms.CharField(label=_("What it is for"), max_length=60)
    days = forms.IntegerField(
        label=_("Valid for (days)"),
        min_value=1,
        max_value=366,
        initial=90,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )


class SavedViewForm(CreateForm, forms.ModelForm[SavedView]):
    """The list and its conditions come along with the link that led here."""

    list = forms.ChoiceField(choices=lambda: list(LISTS.items()), widget=forms.HiddenInput)
    query = forms.CharField(required=False, max_length=2 * LONGEST_QUERY, widget=forms.HiddenInput)

    class Meta:
        model = SavedView
        fields = ("name", "opens_first")


class SavedViewEditForm(EditForm, forms.ModelForm[SavedView]):
    class Meta:
        model = SavedView
        fields = ("name", "opens_first")
