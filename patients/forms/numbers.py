"""Phones and documents of a person."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hospital_crm.lib.fields import PhoneField
from hospital_crm.lib.forms import CreateForm, EditForm
from patients import rules
from patients.models import Identifier, Phone
from patients.rules.portrait import Fault, ends_before
from patients.services.identifiers import NewIdentifier
from patients.services.patients import NewPhone
from patients.services.phone_checks import HOURS

from .fields import FAULTS, PORTRAIT_FAULTS

DOCUMENT_TYPES = [(code, label) for code, label in Identifier.Type.choices if code in rules.DOCUMENTS]


class PhoneForm(CreateForm, forms.Form):
    phone = PhoneField(label=_("Phone"))
    owner = forms.ChoiceField(label=_("Whose phone"), choices=Phone.Owner.choices, initial=Phone.Owner.OWN)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("", _("As the number says")), *Phone.Kind.choices], required=False
    )

    @property
    def new(self) -> NewPhone:
        kind = self.cleaned_data["kind"]
        owner = Phone.Owner(self.cleaned_data["owner"])
        return NewPhone(self.cleaned_data["phone"], owner, Phone.Kind(kind) if kind else None)


class PhoneEditForm(EditForm, forms.ModelForm[Phone]):
    class Meta:
        model = Phone
        fields = ("owner", "kind", "checked_as", "preferred_from", "preferred_until")
        widgets = {name: forms.TimeInput(attrs={"type": "time"}, format="%H:%M") for name in HOURS}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["checked_as"].choices = [("", _("Not yet")), *Phone.Check.choices]  # type: ignore[attr-defined]
        for name in HOURS:
            self.fields[name].col = "w6"  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if ends_before(*(cleaned.get(name) for name in HOURS)):
            self.add_error("preferred_until", PORTRAIT_FAULTS[Fault.ENDS_BEFORE])
        return cleaned


class IdentifierForm(CreateForm, forms.Form):
    type = forms.ChoiceField(label=_("Document"), choices=DOCUMENT_TYPES, initial=Identifier.Type.RESIDENT_ID)
    number = forms.CharField(label=pgettext_lazy("of a document", "Number"), max_length=40)

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
