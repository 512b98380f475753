"""What somebody found who checked looks, and which patients work here."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Staff
from hospital_crm.lib.fields import ColleagueField
from hospital_crm.lib.forms import CreateForm, StyledForm
from patients.models import LookToCheck

FOUND = [(LookToCheck.State.EXPLAINED.value, _("Explained")), (LookToCheck.State.PASSED_ON.value, _("Passed on"))]


class CheckForm(StyledForm, forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    state = forms.ChoiceField(label=_("What it is"), choices=FOUND, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("What was found"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Why the person looked; or to whom it was passed on. Name no patient."),
        error_messages={"required": _("Say what you found: it stays on record.")},
    )


class ColleagueForm(CreateForm, forms.Form):
    staff = ColleagueField(Staff.objects.none(), label=_("Colleague"), empty_label=_("Choose a colleague"))
    number = forms.CharField(label=_("Number of the patient's record"), max_length=40)

    def __init__(self, *args: Any, reader: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Staff.objects.active().exclude(pk=reader.pk).by_name()
        self.fields["staff"].queryset = others  # type: ignore[attr-defined]
