"""A colleague's details, one's own account, an absence."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.access import Role
from accounts.models import Absence, Department, Staff
from hospital_crm.lib.fields import DayInput
from hospital_crm.lib.forms import CreateForm, EditForm

from .departments import DepartmentChoice


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


class AbsenceForm(CreateForm, forms.ModelForm[Absence]):
    class Meta:
        model = Absence
        fields = ("starts_on", "ends_on", "deputy")
        widgets = {"starts_on": DayInput(), "ends_on": DayInput()}

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
