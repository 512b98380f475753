"""The small forms around a saved call."""

from django import forms
from django.utils.translation import gettext_lazy as _

from hospital_crm.lib.forms import StyledForm
from patients.models import Sex


class ReasonForm(StyledForm, forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        error_messages={"required": _("Say why: the next one who reads it needs to know.")},
    )


class NewPatientForm(StyledForm, forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=80, error_messages={"required": _("Say what the patient is called.")}
    )
    sex = forms.ChoiceField(label=_("Sex"), choices=Sex.choices)
