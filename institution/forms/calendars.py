"""Who has a calendar of its own, and its hours."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from hospital_crm.lib.forms import CreateForm, EditForm, StyledForm
from hospital_crm.lib.worktime import Range
from institution import rules
from institution.models import Weekday, WorkingCalendar


class HoursField(forms.CharField):
    """The ranges of a day in one line: 08:00–12:00, 13:30–17:30."""

    default_error_messages = {
        "no_hours": _("Write hours like 08:00–12:00, 13:30–17:30. To midnight is 24:00."),
        "overlap": _("Two of these ranges overlap."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=120, required=False, **kwargs)
        self.is_alternative = True  # hours on one day are enough
        self.col = "w6"

    def clean(self, value: Any) -> Any:
        try:
            return rules.read_hours(super().clean(value))
        except rules.NotHours as error:
            raise ValidationError(self.error_messages["no_hours"], code="no_hours") from error
        except rules.HoursOverlap as error:
            raise ValidationError(self.error_messages["overlap"], code="overlap") from error


class HoursForm(EditForm, forms.ModelForm[WorkingCalendar]):
    """One line for each weekday, and whether the hospital's days hold here, which only a department decides."""

    day_1 = HoursField(label=Weekday.MONDAY.label)
    day_2 = HoursField(label=Weekday.TUESDAY.label)
    day_3 = HoursField(label=Weekday.WEDNESDAY.label)
    day_4 = HoursField(label=Weekday.THURSDAY.label)
    day_5 = HoursField(label=Weekday.FRIDAY.label)
    day_6 = HoursField(label=Weekday.SATURDAY.label)
    day_7 = HoursField(label=Weekday.SUNDAY.label)
    field_order = tuple(f"day_{day}" for day in Weekday.values)

    class Meta:
        model = WorkingCalendar
        fields = ("follows_hospital",)

    def __init__(self, *args: Any, instance: WorkingCalendar, **kwargs: Any) -> None:
        super().__init__(*args, instance=instance, **kwargs)
        for day, ranges in instance.week().items():
            self.initial[f"day_{day}"] = rules.said_hours(ranges)
        if instance.department_id is None:
            del self.fields["follows_hospital"]

    def _week(self) -> dict[int, tuple[Range, ...]]:
        week: dict[int, tuple[Range, ...]] = {day: self.cleaned_data[f"day_{day}"] for day in Weekday.values}
        return week

    @property
    def values(self) -> dict[str, Any]:
        follows: bool = self.cleaned_data.get("follows_hospital", self.instance.follows_hospital)
        return {"week": self._week(), "follows_hospital": follows}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not any(self._week().values()):
            raise ValidationError(_("Write the hours of at least one day: without any, nothing would ever fall due."))
        return cleaned


class CalendarForm(CreateForm, forms.Form):
    """A department gets a calendar of its own."""

    department = forms.ModelChoiceField(Department.objects.none(), label=_("Department"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = Department.objects.in_use().in_tree_order()
        if not self.is_bound:  # to a second sending the first one's place is taken: the service knows
            places = places.filter(working_calendar=None)
        self.fields["department"].queryset = places  # type: ignore[attr-defined]


class YearConfirmForm(StyledForm, forms.Form):
    """Of a year without any day off it has to be said that it is so."""

    without_days_off = forms.BooleanField(
        label=_("The year really has no day off"),
        error_messages={"required": _("A year without a day off is confirmed only with this tick.")},
    )

    def __init__(self, *args: Any, has_days_off: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if has_days_off:
            del self.fields["without_days_off"]
