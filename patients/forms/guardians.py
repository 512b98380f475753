"""The guardian of a child who is registered: on file by number, or by name and phone, or not known yet."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hospital_crm.lib.fields import PhoneField
from patients.models import Patient, Phone, Relation
from patients.rules.guardians import NAME, PHONE, guardian_reached_on, lacks_of_guardian
from patients.services.guardians import GUARDIAN_UNKNOWN, ROLES, Guardian, NewGuardian
from patients.services.relatives import Named

WHO_IS_IT = ("guardian", "guardian_phone", "number")


class GuardianFields(forms.Form):
    guardian = forms.CharField(label=_("Guardian's name"), max_length=80, required=False)
    guardian_phone = PhoneField(label=_("Guardian's phone"), required=False)
    guardian_role = forms.ChoiceField(
        label=_("Is to the child"), choices=[(each.value, each.label) for each in ROLES], initial=Relation.Role.PARENT
    )
    number = forms.CharField(
        label=_("Number of the guardian's record"),
        max_length=40,
        required=False,
        help_text=_("Instead of name and phone, where the guardian is on file."),
    )
    guardian_unknown = forms.BooleanField(
        label=_("The guardian is not known yet: it is promised to find out"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("guardian", "guardian_phone", "guardian_role", "number"):
            self.fields[name].col = "w6"  # type: ignore[attr-defined]
            self.fields[name].is_alternative = True  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors.keys() & set(WHO_IS_IT) and not cleaned.get("number"):
            lacks = lacks_of_guardian(cleaned.get("guardian"), cleaned.get("guardian_phone"), self._phone(cleaned))
            if lacks == PHONE:
                self.add_error("guardian_phone", _("Type the phone on which the guardian is reached."))
            if lacks == NAME:
                self.add_error("guardian", _("Type what the guardian is called."))
        return cleaned

    def told_guardian(self, on_file: Patient | None) -> Guardian | None:
        """What was said of the guardian; `on_file` is whose number was typed."""
        told, role = self.cleaned_data, Relation.Role(self.cleaned_data["guardian_role"])
        if on_file is not None:
            return NewGuardian(on_file, role)
        if told["guardian"]:
            return NewGuardian(Named(told["guardian"], self._phone(told)), role)
        return GUARDIAN_UNKNOWN if told["guardian_unknown"] else None

    @staticmethod
    def _phone(told: dict[str, Any]) -> Any:
        is_parents = told.get("owner") == Phone.Owner.PARENT
        return guardian_reached_on(told.get("guardian_phone"), told.get("phone"), is_parents=is_parents)
