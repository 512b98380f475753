"""Whom a call is about."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.models import OLDEST_YEARS, Sex


class PersonFields(forms.Form):
    """Who it is about, as told. `who` names a candidate: "patient:12", "contact:3", or "" for somebody else."""

    who = forms.CharField(label=_("Possible callers"), required=False, max_length=40)
    filled = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)  # whose details stand here
    shown = forms.CharField(required=False, max_length=18, widget=forms.HiddenInput)  # since when: milliseconds
    name = forms.CharField(label=_("Patient"), required=False, max_length=80)
    sex = forms.ChoiceField(label=_("Sex"), choices=Sex.choices, initial=Sex.UNKNOWN)
    age = forms.IntegerField(
        label=_("Age"),
        required=False,
        min_value=0,
        max_value=OLDEST_YEARS,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    residence = forms.CharField(label=_("Lives in"), required=False, max_length=80)
