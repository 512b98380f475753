"""What is promised to an organisation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Staff
from hospital_crm.lib.due import DueForm
from hospital_crm.lib.fields import ColleagueField
from hospital_crm.lib.forms import CreateForm
from promises.services.organisations import KIND_CHOICES

from .fields import keepers


class OrganisationPromiseForm(CreateForm, DueForm):
    """What is promised to an organisation, until when, and whose it is."""

    kind = forms.ChoiceField(label=_("Kind"), choices=KIND_CHOICES)
    note = forms.CharField(
        label=_("What was promised"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    owner = ColleagueField(Staff.objects.none(), label=_("Owner"))

    field_order = ("kind", "note", "due", "due_at", "owner")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = keepers().with_absence(timezone.localdate())  # type: ignore[attr-defined]
