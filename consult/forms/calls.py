"""Shape and wording of what people type about a call; rules live in the services."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Staff
from consult import rules
from consult.models import Call
from consult.reports.callers import Callers
from consult.services.corrections import goes_on
from consult.services.promised import who_answers
from consult.services.records import check_began, check_number
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.fields import PhoneField
from hospital_crm.lib.forms import CreateForm
from hospital_crm.lib.keys import is_key
from patients.models import Contact, Patient

from .choices import Choices
from .fields import QUIET_RADIO, LocalTime, RowField, Select, by_key
from .people import PersonFields
from .promised import PromiseFields


class CallForm(CreateForm, PersonFields, PromiseFields):
    """All of a call but its topics."""

    number = PhoneField(label=_("Phone number"), required=False)
    is_withheld = forms.BooleanField(label=_("Number withheld"), required=False)
    direction = forms.ChoiceField(label=_("Direction"), choices=Call.Direction.choices, initial=Call.Direction.IN)
    channel = forms.ChoiceField(label=_("Channel"), choices=Call.Channel.choices, initial=Call.Channel.PHONE)
    caller_name = forms.CharField(label=_("Caller's name"), required=False, max_length=80)
    condition = forms.CharField(label=_("Condition and treatment so far"), required=False, max_length=2000)
    is_confirmed = forms.BooleanField(label=_("Repeated back and confirmed"), required=False)
    note = forms.CharField(
        label=_("Internal note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    began_at = LocalTime(label=_("Began at"), help_text=_("Only for a call that is entered later."))
    disposition = forms.ChoiceField(
        label=_("How it ended"),
        choices=Call.Disposition.choices,
        widget=forms.RadioSelect(attrs=QUIET_RADIO),
        error_messages={"required": _("Say how it ended: Alt and a digit.")},
    )

    def __init__(
        self,
        *args: Any,
        choices: Choices,
        callers: Callers,
        staff: Staff,
        now: datetime,
        corrects: Call | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.callers, self.staff, self.now, self.corrects = callers, staff, now, corrects
        self.taker = staff if corrects is None else who_answers(corrects, staff)  # who owes what the call promises
        self._offer(choices)
        self.offer_times()

    def _offer(self, choices: Choices) -> None:
        radio = forms.RadioSelect(attrs=QUIET_RADIO)
        relations, sources = by_key(choices.relations), by_key(choices.sources)
        self.fields["relation"] = RowField(relations, label=_("Caller is"), required=False, widget=radio)
        self.fields["source"] = RowField(
            sources, empty=_("Not asked yet"), label=_("Media source"), required=False, widget=Select()
        )
        owner = RowField(choices.owners(self.taker).items(), label=_("By whom"), required=False, widget=Select())
        owner.choices = choices.owner_groups(self.taker, self.staff)
        self.fields["owner"] = owner
        if self.corrects is not None:
            self.fields["reason"] = forms.CharField(
                label=_("Why it is corrected"),
                max_length=200,
                widget=forms.TextInput(attrs={"class": "form-control"}),
                error_messages={"required": _("Say why: the next one who reads it needs to know.")},
            )

    def clean_who(self) -> Patient | Contact | None:
        """Whoever was taken, as far as the person may see them still."""
        if self.cleaned_data["who"] and self.callers.chosen is None:
            raise ValidationError(_("You cannot see this person. Choose again."))
        return self.callers.chosen

    def clean_began_at(self) -> datetime | None:
        began: datetime | None = self.cleaned_data["began_at"]
        if began is not None and self._moves(began):
            try:
                check_began(began, self.now)
            except DomainError as error:
                raise ValidationError(str(error)) from error
        return began

    def _moves(self, began: datetime) -> bool:
        """A corrected call that begins when it began needs no younger date; the form knows no seconds."""
        return self.corrects is None or began != self.corrects.started_at.replace(second=0, microsecond=0)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        try:
            check_number(cleaned.get("number"), is_withheld=bool(cleaned.get("is_withheld")))
        except DomainError as error:
            self.add_error(error.field, str(error))
        if self.promise_stays:
            self._check_untouched(cleaned)
        elif cleaned.get("disposition") in rules.PROMISES:
            self.check_promised(cleaned)
        self._clean_settled(cleaned)
        return cleaned

    @property
    def promise_stays(self) -> bool:
        """A corrected call needs no new promise where the first one still fits."""
        return self.corrects is not None and goes_on(
            self.corrects, person=self.callers.chosen, disposition=self["disposition"].value()
        )

    def _check_untouched(self, cleaned: dict[str, Any]) -> None:
        """What was typed about a promise that stays would be lost."""
        assert self.corrects is not None and self.corrects.promise is not None  # noqa: S101, PT018
        as_before = ("", "ring_back", self.corrects.promise.kind)
        is_moved = cleaned.get("due") or cleaned.get("due_own") or cleaned.get("owner") not in (None, self.taker)
        if is_moved or cleaned.get("promise_kind", "") not in as_before:
            self.add_error(None, _("The promise stays as it is. Change it on its own page."))

    def _clean_settled(self, cleaned: dict[str, Any]) -> None:
        """What the ticks and the hidden key name, as far as it is open still and this call may settle it.

        Where a colleague has kept meanwhile what it was to keep, it is a call out like any other.
        """
        person, tried = cleaned.get("who"), cleaned.get("promise", "")
        cleaned["was_asked"] = person is not None and cleaned.get("filled") == self.data.get("who")
        keys = {*cleaned.get("keeps", ()), *([int(tried)] if is_key(tried) else [])}
        if not keys or person is None:
            cleaned["keeps"], cleaned["promise"] = [], None
            return
        found = self.callers.settleable(keys)
        if set(cleaned["keeps"]) - found.keys():
            self.add_error(None, _("A promise that this call was to settle has been settled already."))
        cleaned["promise"] = found.get(int(tried)) if is_key(tried) else None
        cleaned["keeps"] = [found[key] for key in sorted(set(cleaned["keeps"]) & found.keys())]
