"""Shape and wording of what people type about patients; rules live in the services."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from hospital_crm.lib.fields import PhoneField
from hospital_crm.lib.forms import CreateForm, EditForm
from institution.models import ReferenceItem
from patients import rules
from patients.models import Patient, Phone


class BirthField(forms.CharField):
    """A date or only a year; cleaned to both, one of them None."""

    default_error_messages = {
        "no_birth": _("Type a year such as 1953, or a date such as 1953-08-21, not in the future.")
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20, widget=forms.TextInput(attrs={"inputmode": "numeric"}), **kwargs)

    def clean(self, value: Any) -> tuple[date | None, int | None]:
        try:
            return rules.read_birth(super().clean(value), timezone.localdate())
        except rules.UnreadableBirth as error:
            raise ValidationError(self.error_messages["no_birth"], code="no_birth") from error


class PatientFields(forms.ModelForm[Patient]):
    birth = BirthField(label=_("Date or year of birth"), required=False)

    class Meta:
        model = Patient
        fields = ("name", "sex", "residence", "department", "source", "insurance", "card", "hospital_number")

    field_order = ("name", "sex", "birth", "phone", "owner")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = self.instance
        self.fields["department"].queryset = Department.objects.selectable(row.department_id)  # type: ignore[attr-defined]
        self.fields["department"].empty_label = _("None yet")  # type: ignore[attr-defined]
        for name, chosen in (("source", row.source_id), ("insurance", row.insurance_id)):
            choices = ReferenceItem.objects.selectable(LISTS[name], chosen)
            self.fields[name].queryset = choices  # type: ignore[attr-defined]
            self.fields[name].empty_label = _("Not asked yet")  # type: ignore[attr-defined]
        for name, width in WIDTHS.items():
            if name in self.fields:
                self.fields[name].col = width  # type: ignore[attr-defined]

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes."""
        birth_date, birth_year = self.cleaned_data["birth"]
        row = {name: self.cleaned_data[name] for name in self.Meta.fields}
        return {**row, "birth_date": birth_date, "birth_year": birth_year}


LISTS = {"source": "media_source", "insurance": "insurance"}
WIDTHS = {
    "name": "w4", "sex": "w4", "birth": "w4", "phone": "w6", "owner": "w6", "residence": "w6", "department": "w6",
    "source": "w6", "insurance": "w6", "card": "w6", "hospital_number": "w6",
}  # fmt: skip


class PatientCreateForm(CreateForm, PatientFields):
    phone = PhoneField(label=_("Phone"), required=False)
    owner = forms.ChoiceField(label=_("Whose phone"), choices=Phone.Owner.choices, initial=Phone.Owner.OWN)


class PatientEditForm(EditForm, PatientFields):
    values = PatientFields.values  # the birth is two columns

    def __init__(self, *args: Any, instance: Patient, **kwargs: Any) -> None:
        birth = instance.birth_date.isoformat() if instance.birth_date else instance.birth_year or ""
        super().__init__(*args, instance=instance, initial={"birth": birth}, **kwargs)


class PhoneForm(CreateForm, forms.Form):
    phone = PhoneField(label=_("Phone"))
    owner = forms.ChoiceField(label=_("Whose phone"), choices=Phone.Owner.choices, initial=Phone.Owner.OWN)
