from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Staff
from hospital_crm.lib.fields import ColleagueField
from hospital_crm.lib.forms import StyledForm


class AuditConditions(forms.Form):
    """The filter of the audit's page once more."""

    who = forms.ModelChoiceField(Staff.objects.all(), required=False)
    verb = forms.CharField(max_length=60, required=False)
    since = forms.DateField(required=False)
    until = forms.DateField(required=False)


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
