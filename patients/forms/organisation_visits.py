"""Visits to organisations, as somebody types them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Staff
from hospital_crm.lib.fields import DAYS_THAT_ARE_MEANT, ColleagueField, DayInput
from hospital_crm.lib.forms import CreateForm, EditForm, StyledForm
from patients.models import OrganisationVisit


class OrganisationVisitFields(forms.ModelForm[OrganisationVisit]):
    visited_by = ColleagueField(Staff.objects.none(), label=_("Who goes"))

    class Meta:
        model = OrganisationVisit
        fields = ("on_day", "visited_by", "purpose")
        widgets = {"on_day": DayInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        current = self.instance.visited_by_id
        people = Staff.objects.selectable(current).with_absence(timezone.localdate())
        self.fields["visited_by"].queryset = people  # type: ignore[attr-defined]
        for name in ("on_day", "visited_by"):
            self.fields[name].col = "w6"  # type: ignore[attr-defined]

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self._meta.fields or ()}


class OrganisationVisitCreateForm(CreateForm, OrganisationVisitFields):
    result = forms.CharField(
        label=pgettext_lazy("of a visit", "What came of it"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only if you have been there already; otherwise it is planned."),
    )
    values = OrganisationVisitFields.values


class OrganisationVisitEditForm(EditForm, OrganisationVisitFields):
    values = OrganisationVisitFields.values


class HoldVisitForm(StyledForm, forms.Form):
    """How it was: who was there, on which day, what came of it, and whether something is promised next."""

    on_day = forms.DateField(label=_("Day"), widget=DayInput(), validators=DAYS_THAT_ARE_MEANT)
    visited_by = ColleagueField(Staff.objects.none(), label=_("Who went"))
    result = forms.CharField(
        label=pgettext_lazy("of a visit", "What came of it"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    promises_next = forms.BooleanField(
        label=_("Promise them something next"),
        required=False,
        help_text=_("Leads on to the promise: by when, and who sees to it."),
    )

    def __init__(self, *args: Any, visit: OrganisationVisit, **kwargs: Any) -> None:
        today = timezone.localdate()
        initial = {"on_day": min(visit.on_day, today), "visited_by": visit.visited_by_id}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["visited_by"].queryset = Staff.objects.selectable(visit.visited_by_id)  # type: ignore[attr-defined]
        for name in ("on_day", "visited_by"):
            self.fields[name].col = "w6"  # type: ignore[attr-defined]
