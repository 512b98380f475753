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
from hospital_crm.lib.resident_id import Fault, NotAResidentId, ResidentId, read_resident_id
from institution.models import ReferenceItem
from patients import rules
from patients.models import Identifier, Patient, Phone, Sex
from patients.services.identifiers import NewIdentifier

DOCUMENT_TYPES = [(code, label) for code, label in Identifier.Type.choices if code in rules.DOCUMENTS]


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


FAULTS = {
    Fault.SHAPE: _("This is no number of such a document."),
    Fault.BIRTH: _("The date of birth in this number is none."),
    Fault.CHECK: _("The last character does not fit the others: one of them is wrong."),
}


class IdentifierForm(CreateForm, forms.Form):
    type = forms.ChoiceField(label=_("Document"), choices=DOCUMENT_TYPES, initial=Identifier.Type.RESIDENT_ID)
    number = forms.CharField(label=_("Number"), max_length=40)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("type") and cleaned.get("number"):
            try:
                number = rules.read_identifier(cleaned["type"], cleaned["number"], timezone.localdate())
            except rules.UnreadableIdentifier as error:
                self.add_error("number", FAULTS[error.fault])
            else:
                self.new = NewIdentifier(Identifier.Type(cleaned["type"]), number)
        return cleaned


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
    "name": "w4", "sex": "w4", "birth": "w4", "resident_id": "w6", "phone": "w6", "owner": "w6", "residence": "w6",
    "department": "w6",
    "source": "w6", "insurance": "w6", "card": "w6", "hospital_number": "w6",
}  # fmt: skip


class ResidentIdField(forms.CharField):
    """The number of a resident identity card however it is typed; cleaned to a ResidentId, or None."""

    def clean(self, value: Any) -> ResidentId | None:
        text = super().clean(value)
        try:
            return read_resident_id(text, timezone.localdate()) if text else None
        except NotAResidentId as error:
            raise ValidationError(FAULTS[error.fault], code=error.fault.value) from error


class PatientCreateForm(CreateForm, PatientFields):
    phone = PhoneField(label=_("Phone"), required=False)
    owner = forms.ChoiceField(label=_("Whose phone"), choices=Phone.Owner.choices, initial=Phone.Owner.OWN)
    resident_id = ResidentIdField(
        label=_("Number of the identity card"),
        max_length=40,
        required=False,
        help_text=_("Tells the birth and the sex too."),
    )

    field_order = ("name", "sex", "birth", "resident_id", "phone", "owner")

    def clean(self) -> dict[str, Any]:
        """What the card says fills what was left open; what was told otherwise stays."""
        cleaned = super().clean() or self.cleaned_data
        if (card := cleaned.get("resident_id")) is not None:
            if cleaned.get("birth") == (None, None):
                cleaned["birth"] = card.born, None
            if cleaned.get("sex") == Sex.UNKNOWN:
                cleaned["sex"] = Sex.FEMALE if card.is_female else Sex.MALE
        return cleaned

    @property
    def identifiers(self) -> list[NewIdentifier]:
        card = self.cleaned_data["resident_id"]
        return [NewIdentifier(Identifier.Type.RESIDENT_ID, card.number)] if card is not None else []


class PatientEditForm(EditForm, PatientFields):
    values = PatientFields.values  # the birth is two columns

    def __init__(self, *args: Any, instance: Patient, **kwargs: Any) -> None:
        birth = instance.birth_date.isoformat() if instance.birth_date else instance.birth_year or ""
        super().__init__(*args, instance=instance, initial={"birth": birth}, **kwargs)


class PhoneForm(CreateForm, forms.Form):
    phone = PhoneField(label=_("Phone"))
    owner = forms.ChoiceField(label=_("Whose phone"), choices=Phone.Owner.choices, initial=Phone.Owner.OWN)
