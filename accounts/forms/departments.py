"""Departments and teams."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, Staff, Team
from hospital_crm.lib.forms import CreateForm, EditForm


class DepartmentChoice(forms.ModelChoiceField[Department]):
    """The tree of departments in use, each indented below the one it belongs to."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Department.objects.in_use().in_tree_order(), required=False, **kwargs)

    def label_from_instance(self, department: Department) -> str:
        return "\u3000" * department.level + department.name


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
