"""Somebody wants no more messages, or wants them again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hospital_crm.lib.forms import StyledForm
from messaging.models import OptOut
from patients.models import Consent, Patient, Phone

EVERYWHERE = "patient"


class OptOutForm(StyledForm, forms.Form):
    whom = forms.ChoiceField(label=_("For whom"), widget=forms.RadioSelect, initial=EVERYWHERE)
    scope = forms.ChoiceField(label=_("What stops"), choices=OptOut.Scope.choices, initial=OptOut.Scope.OFFERS)
    channel = forms.ChoiceField(
        label=_("Channel"),
        choices=[("", _("All channels")), *Consent.Channel.choices],
        required=False,
        help_text=_("A number is left alone by calls and text messages alike."),
    )
    text = forms.CharField(
        label=_("In these words"), max_length=200, required=False, help_text=_("What the person said, and how.")
    )

    def __init__(self, *args: Any, patient: Patient, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.phones = {f"phone:{phone.pk}": phone for phone in patient.phones.primary_first()}
        numbers = [(value, _number(phone)) for value, phone in self.phones.items()]
        self.fields["whom"].choices = [(EVERYWHERE, _("The patient")), *numbers]  # type: ignore[attr-defined]

    def values(self, patient: Patient) -> dict[str, Any]:
        """What the service takes."""
        chosen = self.cleaned_data
        phone = self.phones.get(chosen["whom"])
        whom = {"channel": "phone", "address": phone.digits} if phone else {"channel": chosen["channel"]}
        return {**whom, "patient": None if phone else patient, "scope": chosen["scope"], "text": chosen["text"]}


def _number(phone: Phone) -> str:
    return _("%(number)s, whoever uses it") % {"number": phone.masked}


class LiftForm(StyledForm, forms.Form):
    reason = forms.CharField(
        label=_("How do you know that the person wants messages again?"),
        max_length=200,
        help_text=_("For example: said so at the desk, identity card seen."),
    )
