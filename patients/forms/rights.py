"""What people ask about their data, and how it is answered."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hospital_crm.lib.fields import MomentField
from hospital_crm.lib.forms import CreateForm, OnceForm, StyledForm
from patients.models import DataRequest
from patients.services.copies import CopyPurpose
from patients.services.rights import Asked


class RequestForm(CreateForm, forms.Form):
    kind = forms.ChoiceField(
        label=_("What is asked for"), choices=DataRequest.Kind.choices, widget=forms.RadioSelect, initial="copy"
    )
    asker = forms.ChoiceField(
        label=_("Who asks"),
        choices=DataRequest.Asker.choices,
        initial=DataRequest.Asker.PERSON,
        help_text=_("A guardian or relative must stand on the patient's page; a relative as one who may be told all."),
    )
    identity = forms.ChoiceField(
        label=_("How identity was checked"), choices=[("", _("Choose how")), *DataRequest.Identity.choices]
    )
    asked_at = MomentField(
        label=_("Asked"), required=False, help_text=_("Leave it empty for now. The time to answer runs from then.")
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    @property
    def asked(self) -> Asked:
        chosen = self.cleaned_data
        return Asked(
            kind=DataRequest.Kind(chosen["kind"]),
            identity=DataRequest.Identity(chosen["identity"]),
            asker=DataRequest.Asker(chosen["asker"]),
            note=chosen["note"],
            asked_at=chosen["asked_at"],
        )


class AnswerForm(StyledForm, forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    answer = forms.CharField(
        label=_("How it was answered"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say how it was answered: the person has a right to know.")},
    )


class ApproveForm(StyledForm, forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    patient_version = forms.IntegerField(widget=forms.HiddenInput)
    number = forms.CharField(
        label=_("Number of the record"),
        max_length=40,
        help_text=_("Type it to confirm. Nothing brings back what goes."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].widget.attrs["autocomplete"] = "off"


class FetchForm(OnceForm, forms.Form):
    purpose = forms.ChoiceField(label=_("What for"), choices=CopyPurpose.choices)
