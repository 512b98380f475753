"""Organisations, as somebody types them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, Staff
from hospital_crm.lib.fields import ColleagueField, PhoneField
from hospital_crm.lib.forms import CreateForm, EditForm, StyledForm
from patients.models import Organisation
from patients.services.organisation_people import columns_of

from .fields import DistrictField


class OrganisationFields(forms.ModelForm[Organisation]):
    district = DistrictField(label=_("District"), required=False)
    phone = PhoneField(label=_("Switchboard"), required=False)
    owner = ColleagueField(Staff.objects.none(), label=_("Looked after by"), required=False)

    class Meta:
        model = Organisation
        fields = ("name", "kind", "district", "address", "owner", "department", "note")
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}

    field_order = ("name", "kind", "district", "address", "phone", "owner", "department", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row, fields = self.instance, self.fields
        fields["owner"].queryset = Staff.objects.selectable(row.owner_id)  # type: ignore[attr-defined]
        fields["owner"].empty_label = _("Nobody yet")  # type: ignore[attr-defined]
        fields["department"].queryset = Department.objects.selectable(row.department_id)  # type: ignore[attr-defined]
        fields["department"].empty_label = _("None yet")  # type: ignore[attr-defined]
        for name in ("kind", "district", "address", "phone", "owner", "department"):
            fields[name].col = "w6"  # type: ignore[attr-defined]

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes."""
        row = {name: self.cleaned_data[name] for name in self._meta.fields or ()}
        return {**row, **columns_of(self.cleaned_data["phone"])}


class OrganisationCreateForm(CreateForm, OrganisationFields):
    values = OrganisationFields.values


class OrganisationEditForm(EditForm, OrganisationFields):
    values = OrganisationFields.values

    def __init__(self, *args: Any, instance: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, instance=instance, initial={"phone": typed_number(instance)}, **kwargs)


class ReasonToEndForm(StyledForm, forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        error_messages={"required": _("Say why: the next one who reads it needs to know.")},
    )


def typed_number(row: Organisation) -> str:
    """The switchboard as somebody would type it."""
    return f"{row.digits} 转 {row.extension}" if row.extension else row.digits
