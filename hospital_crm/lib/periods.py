"""Which days a report is about: chosen by chips on a page, named by a program."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from .fields import DayInput
from .forms import FilterForm

DAY = timedelta(days=1)
OWN = "own"
PERIODS = [
    ("today", _("Today")),
    ("yesterday", _("Yesterday")),
    ("7", _("7 days")),
    ("30", _("30 days")),
    (OWN, _("Own dates")),
]
LONGEST_DAYS = 366


class PeriodForm(FilterForm):
    """Which days; anything that cannot be read is today."""

    since = forms.DateField(label=_("From"), required=False, widget=DayInput())
    until = forms.DateField(label=_("To"), required=False, widget=DayInput())

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        asked = str(self.data.get("period", "today"))
        self.period = asked if asked in dict(PERIODS) else "today"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        until = cleaned.get("until") or self.today
        since = cleaned.get("since") or until
        if since > until:
            self.add_error("until", _("The last day must not come before the first."))
        elif (until - since).days >= LONGEST_DAYS:
            self.add_error("until", _("This is more than a year. Choose fewer days."))
        return {**cleaned, "since": since, "until": until}

    def days(self) -> tuple[date, date]:
        """The first and the last day, both included."""
        if self.period == OWN and self.is_valid():
            return self.cleaned_data["since"], self.cleaned_data["until"]
        if self.period == "yesterday":
            return self.today - DAY, self.today - DAY
        back = int(self.period) - 1 if self.period.isdecimal() else 0
        return self.today - back * DAY, self.today

    @property
    def chips(self) -> list[dict[str, Any]]:
        """As components/chips.html shows them; days of one's own begin with those that are shown."""
        since, until = self.days()
        shown = {"since": since.isoformat(), "until": until.isoformat()}
        return [
            {
                "label": label,
                "url": f"?{urlencode({'period': code, **(shown if code == OWN else {})})}",
                "is_current": code == self.period,
            }
            for code, label in PERIODS
        ]


class DaysSerializer(serializers.Serializer[Any]):
    """What a program names; today, where it names none."""

    since = serializers.DateField(required=False)
    until = serializers.DateField(required=False)


def days_asked(query: Mapping[str, object], *, today: date) -> tuple[date, date]:
    """The days that a program has named; today, where it named none. Raises ValidationError."""
    form = PeriodForm({**query, "period": OWN}, today=today)
    if not form.is_valid():
        raise ValidationError({name: [str(word) for word in said] for name, said in form.errors.items()})
    return form.days()
