"""Shape and wording of what people type about a promise; rules live in the services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Staff, Team
from hospital_crm.lib.due import DueForm
from hospital_crm.lib.forms import StyledForm


class ReasonForm(StyledForm, forms.Form):
    """Why: shown to whoever reads the promise later."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class KeepForm(StyledForm, forms.Form):
    note = forms.CharField(
        label=_("What came of it"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class PostponeForm(DueForm, ReasonForm):
    revision = forms.IntegerField(widget=forms.HiddenInput)

    field_order = ("due", "due_at", "reason")


class HandOverForm(StyledForm, forms.Form):
    to = forms.ModelChoiceField(Staff.objects.none(), label=_("To whom"), empty_label=_("Choose a colleague"))
    reason = forms.CharField(label=_("What they should know"), max_length=300, required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, without: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = keepers().exclude(pk=without)  # type: ignore[attr-defined]


class ReassignForm(StyledForm, forms.Form):
    owner = forms.ModelChoiceField(
        Staff.objects.none(), label=_("To whom"), required=False, empty_label=_("Nobody by name")
    )
    team = forms.ModelChoiceField(Team.objects.none(), label=_("Team"), required=False, empty_label=_("No team"))
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = keepers()  # type: ignore[attr-defined]
        self.fields["team"].queryset = Team.objects.in_use().order_by("name_zh")  # type: ignore[attr-defined]


def keepers() -> Any:
    """Colleagues who may keep promises, by name."""
    return Staff.objects.keepers().order_by("display_name", "pk")
