from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Staff
from dashboards.services.audit import asked_for
from hospital_crm.lib.fields import ColleagueField
from hospital_crm.lib.forms import CreateForm, FilterForm, StyledForm

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


class ExportForm(CreateForm, forms.Form):
    """The page's filter once more; asked for once, however often the button is pressed."""

    who = forms.ModelChoiceField(Staff.objects.all(), required=False)
    verb = forms.CharField(max_length=60, required=False)
    since = forms.DateField(required=False)
    until = forms.DateField(required=False)

    @property
    def parameters(self) -> dict[str, Any]:
        return asked_for(**{name: self.cleaned_data[name] for name in ("who", "verb", "since", "until")})


class ShiftForm(StyledForm, forms.Form):
    """To whom what was ticked is passed on."""

    to = ColleagueField(
        Staff.objects.none(),
        label=_("To whom"),
        empty_label=_("Choose a colleague"),
        error_messages={"required": _("Choose to whom.")},
    )
    reason = forms.CharField(label=_("What they should know"), max_length=300, required=False)

    def __init__(self, *args: Any, staff: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        colleagues = Staff.objects.keepers().exclude(pk=staff.pk)
        self.fields["to"].queryset = colleagues.with_absence(timezone.localdate()).by_name()  # type: ignore[attr-defined]


class PeriodForm(FilterForm):
    """Which days; anything that cannot be read is today."""

    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

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
