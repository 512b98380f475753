"""To many at once, or among several colleagues."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import Staff, Team
from hospital_crm.lib.due import DueForm
from hospital_crm.lib.fields import ColleagueField
from hospital_crm.lib.forms import CreateForm, OnceForm
from promises.models import KINDS_FOR_PEOPLE
from promises.services.keepers import keepers_led_by, teams_of

from .fields import keepers, one_is_enough


class ReassignForm(OnceForm, forms.Form):
    owner = ColleagueField(Staff.objects.none(), label=_("To whom"), required=False, empty_label=_("Nobody by name"))
    team = forms.ModelChoiceField(
        Team.objects.none(), label=_("Or to a team"), required=False, empty_label=_("No team")
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)
    is_chosen = forms.BooleanField(required=False, initial=True, widget=forms.HiddenInput)  # the list itself sends none

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = keepers().with_absence(timezone.localdate())  # type: ignore[attr-defined]
        self.fields["team"].queryset = Team.objects.in_use().order_by("name_zh")  # type: ignore[attr-defined]
        one_is_enough(self, "owner", "team")


class BulkForm(DueForm, CreateForm):
    """A promise to each of many; by whoever works in the departments that the person leads."""

    kind = forms.ChoiceField(label=_("Kind"), choices=[(kind.value, kind.label) for kind in KINDS_FOR_PEOPLE])
    owner = ColleagueField(Staff.objects.none(), label=_("Owner"), required=False, empty_label=_("Nobody by name"))
    team = forms.ModelChoiceField(Team.objects.none(), label=_("Or a team"), required=False, empty_label=_("No team"))
    note = forms.CharField(
        label=_("What is promised"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    field_order = ("kind", "note", "due", "due_at", "owner", "team")

    def __init__(self, *args: Any, leader: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        led = keepers_led_by(leader)
        choices = led.with_absence(timezone.localdate()).by_name()
        self.fields["owner"].queryset = choices  # type: ignore[attr-defined]
        self.fields["team"].queryset = teams_of(led)  # type: ignore[attr-defined]
        one_is_enough(self, "owner", "team")


class SpreadForm(OnceForm, forms.Form):
    """Who shares what was ticked; whoever has least open stands first."""

    among = forms.MultipleChoiceField(
        label=_("Among whom"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one colleague.")},
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)
    is_chosen = forms.BooleanField(initial=True, widget=forms.HiddenInput)  # the list's own button sends none

    def __init__(self, *args: Any, sharers: Iterable[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sharers = {str(staff.pk): staff for staff in sharers}
        self.fields["among"].choices = [  # type: ignore[attr-defined]
            (key, _with_load(staff)) for key, staff in self.sharers.items()
        ]

    def clean_among(self) -> list[Staff]:
        return [self.sharers[key] for key in self.cleaned_data["among"]]


def _with_load(staff: Any) -> str:
    count = staff.open_number
    return f"{staff.name} · " + ngettext("%(count)d open", "%(count)d open", count) % {"count": count}
