"""By when: the times that people say most, with one key, and any other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .fields import MomentField
from .forms import StyledForm
from .moments import said

OWN_TIME = "own"
LATEST_TODAY, FIRST_TOMORROW = 17, 10  # hours at which people say that they will ring


@dataclass(frozen=True)
class DueChoice:
    """A time that is offered with one key; `code` is what the form sends."""

    code: str
    at: datetime


def due_choices(now: datetime) -> list[DueChoice]:
    """In an hour, today at five, tomorrow at ten: what lies ahead, the next one first. `now` in the hospital's zone."""
    in_an_hour = (now.astimezone(UTC) + timedelta(hours=1, minutes=1)).replace(second=0, microsecond=0)
    today = now.replace(hour=LATEST_TODAY, minute=0, second=0, microsecond=0)
    tomorrow = (now + timedelta(days=1)).replace(hour=FIRST_TOMORROW, minute=0, second=0, microsecond=0)
    choices = [
        DueChoice("hour", in_an_hour.astimezone(now.tzinfo)),
        DueChoice("today", today),
        DueChoice("tomorrow", tomorrow),
    ]
    return sorted((choice for choice in choices if choice.at > now), key=lambda choice: choice.at)


def due_at(code: str, own: datetime | None, now: datetime) -> datetime | None:
    """The moment that was chosen; None if none was, or if it is over."""
    if code == OWN_TIME:
        return own
    return next((choice.at for choice in due_choices(now) if choice.code == code), None)


class DueForm(StyledForm, forms.Form):
    """A time by one key, or one's own; cleaned to `due_at`."""

    due = forms.ChoiceField(label=_("When"), widget=forms.RadioSelect, error_messages={"required": _("Say by when.")})
    due_at = MomentField(label=_("Another time"), required=False)

    def __init__(self, *args: Any, due_required: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = timezone.localtime()
        offered = [(choice.code, said(choice.at, now)) for choice in due_choices(now)]
        field = self.fields["due"]
        field.choices = [*offered, (OWN_TIME, _("Another time"))]  # type: ignore[attr-defined]
        field.required = due_required
        self._now = now

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        code, own = cleaned.get("due", ""), cleaned.get("due_at")
        chosen = due_at(code, own, self._now) if code else own
        if code == OWN_TIME and own is None and "due_at" not in self.errors:
            self.add_error("due_at", _("Say when."))
        return {**cleaned, "due_at": chosen}
