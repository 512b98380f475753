"""The list as a file."""

from django import forms
from django.utils.translation import gettext_lazy as _

from hospital_crm.lib.forms import CreateForm
from patients.services.exports import ExportPurpose

FORMATS = (("xlsx", "Excel"), ("csv", "CSV"))


class ExportForm(CreateForm, forms.Form):
    """Asked for once, however often the button is pressed; the page's filter comes beside it."""

    format = forms.ChoiceField(choices=FORMATS)
    purpose = forms.ChoiceField(label=_("What for"), choices=ExportPurpose.choices)
