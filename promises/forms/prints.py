"""By which day what is printed falls due."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hospital_crm.lib.fields import DayInput
from hospital_crm.lib.forms import FilterForm


class PrintForm(FilterForm):
    """By which day what is printed falls due; anything that cannot be read is today."""

    by = forms.DateField(label=_("Due by"), required=False, widget=DayInput())

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    @property
    def day(self) -> date:
        return (self.is_valid() and self.cleaned_data["by"]) or self.today
