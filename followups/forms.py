"""Shape and wording of what people type about a try; rules live in the services."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from followups.models import Attempt
from hospital_crm.lib.due import DueForm
from hospital_crm.lib.forms import OnceForm
from messaging.models import ContactLog
from patients.models import Phone
from promises.models import Promise


class PhoneChoice(forms.ModelChoiceField[Phone]):
    """The numbers on file, masked."""

    def label_from_instance(self, phone: Phone) -> str:
        told = f"{phone.masked} · {phone.get_owner_display()}"
        return told if phone.is_valid else f"{told} · {phone.get_checked_as_display()}"


class AttemptForm(OnceForm, DueForm):
    """How the try ended; when to call again is asked of whoever was asked to call later."""

    outcome = forms.ChoiceField(
        label=_("How it ended"),
        choices=Attempt.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say how it ended.")},
    )
    channel = forms.ChoiceField(label=_("Channel"), choices=ContactLog.Channel.choices)
    phone = PhoneChoice(label=_("Number rung"), queryset=Phone.objects.none(), required=False)
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    note = forms.CharField(label=_("Note"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    field_order = ("outcome", "due", "due_at", "channel", "phone", "note")

    def __init__(self, *args: Any, promise: Promise, **kwargs: Any) -> None:
        super().__init__(*args, due_required=False, **kwargs)
        self._offer_phones(promise)
        self.fields["due"].label = _("Call again (only if asked for)")

    def _offer_phones(self, promise: Promise) -> None:
        """Of those on file; whoever rang another one, or was rung, says so, and nothing is learned of these."""
        phones = promise.patient.phones.primary_first() if promise.patient is not None else Phone.objects.none()
        if not phones:
            del self.fields["phone"]
            return
        field = cast("PhoneChoice", self.fields["phone"])
        field.queryset, field.empty_label = phones, _("Another number, or they rang us")
        field.initial = phones[0] if phones[0].is_primary else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        later = cleaned.get("outcome") == Attempt.Outcome.CALL_LATER
        if later and not cleaned["due_at"] and not self.errors:
            self.add_error("due", _("Say when to call again."))
        return cleaned
