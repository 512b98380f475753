"""Shape and wording of what people type about a promise; rules live in the services."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import Staff, Team
from hospital_crm.lib.due import DueForm
from hospital_crm.lib.fields import ColleagueField
from hospital_crm.lib.forms import CreateForm, FilterForm, OnceForm
from promises.models import KINDS_FOR_PEOPLE, Promise
from promises.services.keepers import keepers_led_by, successors_of, teams_of
from promises.services.organisations import KIND_CHOICES


class ReasonForm(OnceForm, forms.Form):
    """Why: shown to whoever reads the promise later."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why: the next one who reads it needs to know.")},
    )


class WithdrawForm(ReasonForm):
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)


class KeepForm(OnceForm, forms.Form):
    note = forms.CharField(
        label=_("What came of it"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class PostponeForm(DueForm, ReasonForm):
    revision = forms.IntegerField(widget=forms.HiddenInput)

    field_order = ("due", "due_at", "reason")


class HandOverForm(OnceForm, forms.Form):
    """To a colleague, who is asked; or, by whoever owes it, back to a team, which owes it at once."""

    to = ColleagueField(
        Staff.objects.none(),
        label=_("To whom"),
        required=False,
        empty_label=_("Choose a colleague"),
        error_messages={"required": _("Choose to whom.")},
    )
    team = forms.ModelChoiceField(
        Team.objects.none(),
        label=_("Or back to a team"),
        required=False,
        empty_label=_("No team"),
        help_text=_("Then it is no longer yours, at once: say why."),
    )
    reason = forms.CharField(label=_("What they should know"), max_length=300, required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, promise: Promise, giver: Staff, may_release: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = successors_of(promise, giver)
        choices = others.with_absence(timezone.localdate()).by_name()
        self.fields["to"].queryset = choices  # type: ignore[attr-defined]
        self.fields["to"].required = not may_release
        if may_release:
            self.fields["team"].queryset = teams_of(others)  # type: ignore[attr-defined]
            one_is_enough(self, "to", "team")
        else:
            del self.fields["team"]


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


class PrintForm(FilterForm):
    """By which day what is printed falls due; anything that cannot be read is today."""

    by = forms.DateField(label=_("Due by"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    @property
    def day(self) -> date:
        return (self.is_valid() and self.cleaned_data["by"]) or self.today


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


def one_is_enough(form: forms.Form, *names: str) -> None:
    """None of these fields has to be filled, but one of them: so none says that it is optional."""
    for name in names:
        form.fields[name].is_alternative = True  # type: ignore[attr-defined]


def keepers() -> Any:
    """Colleagues who may keep promises, by name."""
    return Staff.objects.keepers().by_name()
