"""What can be done to one promise."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Staff, Team
from hospital_crm.lib.due import DueForm
from hospital_crm.lib.fields import ColleagueField
from hospital_crm.lib.forms import OnceForm
from promises.models import Promise
from promises.services.keepers import successors_of, teams_of

from .fields import one_is_enough


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
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)


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
