"""Fields that the forms of people share."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hospital_crm.lib.districts import District, NotADistrict, districts, read_district
from hospital_crm.lib.resident_id import Fault, NotAResidentId, ResidentId, read_resident_id
from patients import rules
from patients.rules.portrait import Fault as Impossible

DISTRICT_ONLY = _("City and district only. The street goes to the home address, which is masked.")
STREET_TOLD = _("A street or a house stands here: it belongs to the home address.")
MOST_LIKELY = 4  # districts that an error names
FAULTS = {
    Fault.SHAPE: _("This is no number of such a document."),
    Fault.BIRTH: _("The date of birth in this number is none."),
    Fault.CHECK: _("The last character does not fit the others: one of them is wrong."),
}

PORTRAIT_FAULTS = {
    Impossible.ENDS_BEFORE: _("The hours end before they begin."),
    Impossible.STILL_TO_COME: _("This day is still to come."),
    Impossible.BEFORE_BIRTH: _("This day lies before the birth."),
}


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


class ResidentIdField(forms.CharField):
    """The number of a resident identity card however it is typed; cleaned to a ResidentId, or None."""

    def clean(self, value: Any) -> ResidentId | None:
        text = super().clean(value)
        try:
            return read_resident_id(text, timezone.localdate()) if text else None
        except NotAResidentId as error:
            raise ValidationError(FAULTS[error.fault], code=error.fault.value) from error


class DistrictField(forms.CharField):
    """A district as people write it; cleaned to its code, "" for none. The page offers what fits while one types."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {
            "list": "districts",
            "autocomplete": "off",
            "hx-get": reverse_lazy("patients:districts"),
            "hx-trigger": "input changed delay:200ms",
            "hx-target": "#districts",
            "hx-params": "district",
        }
        super().__init__(max_length=80, widget=forms.TextInput(attrs=attrs), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return str(districts()[value]) if value in districts() else value

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        try:
            return read_district(text).code if text else ""
        except NotADistrict as error:
            raise ValidationError(which_district(error.likely), code="no_district") from error


def which_district(likely: tuple[District, ...]) -> str:
    if not likely:
        return str(_("There is no such district. Type its name, such as Hangzhou Shangcheng, or its six digits."))
    some = " · ".join(str(each) for each in likely[:MOST_LIKELY])
    return str(_("Which one? %(some)s") % {"some": some})
