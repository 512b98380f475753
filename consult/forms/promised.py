"""What is promised in a call, by when, and by whom."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Staff
from consult.models import Call
from hospital_crm.lib.due import OWN_TIME, DueChoice, due_at, due_choices
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.moments import said
from promises.services.deadlines import check_due

from .fields import QUIET_RADIO, KeysField, LocalTime


class PromiseFields(forms.Form):
    """What is promised where the ending asks for it, until when, and who keeps it."""

    promise_kind = forms.ChoiceField(
        label=_("What is promised"),
        required=False,
        initial="ring_back",
        widget=forms.RadioSelect(attrs=QUIET_RADIO),
        choices=[
            ("ring_back", _("We ring back")),
            ("ask_specialist", _("A specialist rings back")),
            ("send_information", _("Send information")),
        ],
    )
    due = forms.ChoiceField(label=_("By when"), required=False, widget=forms.RadioSelect(attrs=QUIET_RADIO))
    due_own = LocalTime(label=_("Own time"), attrs={"aria-label": _("Own time")})
    keeps = KeysField(required=False)  # open promises that this call settles
    promise = forms.CharField(required=False, max_length=18, widget=forms.HiddenInput)  # which it was to keep

    now: datetime
    taker: Staff  # who owes what the call promises

    def offer_times(self) -> None:
        times = due_choices(timezone.localtime(self.now))
        self.fields["due"].choices = [*((each.code, _due_label(each, self.now)) for each in times), _OWN]  # type: ignore[attr-defined]

    def check_promised(self, cleaned: dict[str, Any]) -> None:
        code, own = cleaned.get("due", ""), cleaned.get("due_own")
        cleaned["due_at"] = due = due_at(code, own, timezone.localtime(self.now))
        if due is not None:
            self._check_due(due)
        elif "due" not in self.errors and "due_own" not in self.errors:
            self.add_error(self.due_field, _("Say by when."))
        if cleaned["disposition"] == Call.Disposition.PASSED_ON and cleaned.get("owner") in (None, self.taker):
            self.add_error("owner", _("Choose to whom."))

    @property
    def due_field(self) -> str:
        """Where the time was chosen, so where to choose another."""
        return "due_own" if self["due"].value() == OWN_TIME else "due"

    def _check_due(self, due: datetime) -> None:
        """What the service would refuse, before it begins to write."""
        try:
            check_due(due, self.now)
        except DomainError as error:
            self.add_error(self.due_field, str(error))


_OWN = (OWN_TIME, _("other…"))


def _due_label(choice: DueChoice, now: datetime) -> str:
    if choice.code == "hour":
        return gettext("in 1 hour, %(clock)s") % {"clock": f"{choice.at:%H:%M}"}
    return said(choice.at, now)
