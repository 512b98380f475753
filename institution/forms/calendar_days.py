"""Days unlike their weekday, and a question: when would that be due?"""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hospital_crm.lib.fields import DayInput, MomentField
from hospital_crm.lib.forms import CreateForm, EditForm, FilterForm
from hospital_crm.lib.worktime import Limit
from institution import rules
from institution.models import CalendarDay

DAY_FIELDS = ("on", "kind", "stands_for", "name_zh", "name_en")


class DayFields(forms.ModelForm[CalendarDay]):
    on = forms.DateField(
        label=_("Day"),
        widget=DayInput(),
        validators=rules.CALENDAR_DAYS,
    )

    class Meta:
        model = CalendarDay
        fields = DAY_FIELDS
        widgets = {"kind": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind: Any = self.fields["kind"]
        kind.choices = CalendarDay.Kind.choices  # one is always chosen
        self.fields["stands_for"].help_text = _("Of a day off this says nothing.")

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in DAY_FIELDS}


class DayCreateForm(CreateForm, DayFields):
    """One day, or all from the first to the last."""

    until = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=DayInput(),
        validators=rules.CALENDAR_DAYS,
        help_text=_("For several days in a row, at most 31."),
    )
    field_order = ("on", "until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].label = _("First day")
        for name in ("on", "until"):
            self.fields[name].col = "w6"  # type: ignore[attr-defined]

    @property
    def last(self) -> date:
        last: date = self.cleaned_data["until"] or self.cleaned_data["on"]
        return last

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("on"), cleaned.get("until")
        if first and last and not timedelta(0) <= last - first < timedelta(days=31):
            self.add_error("until", _("From the first day to the last are one to 31 days."))
        return cleaned


class DayEditForm(EditForm, DayFields):
    pass


class DeadlineForm(FilterForm):
    """When would something be due that begins then?"""

    start = MomentField(label=_("Begins"))
    amount = forms.IntegerField(label=_("Allows"), min_value=1, max_value=rules.MOST)
    unit = forms.ChoiceField(
        label=_("Counted in"), choices=[(rules.DAYS, _("working days")), (rules.HOURS, _("working hours"))]
    )

    @property
    def limit(self) -> Limit:
        return rules.limit_of(self.cleaned_data["amount"], self.cleaned_data["unit"])
