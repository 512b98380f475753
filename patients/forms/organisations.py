"""What people type about organisations, whom to speak with there, who works there, and visits to them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, Staff
from hospital_crm.lib.fields import DAYS_THAT_ARE_MEANT, ColleagueField, PhoneField
from hospital_crm.lib.forms import CreateForm, EditForm, StyledForm
from patients.models import Employment, Organisation, OrganisationContact, OrganisationVisit
from patients.services.organisation_people import EndsBeforeItBegins, columns_of

from .fields import DistrictField

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class OrganisationFields(forms.ModelForm[Organisation]):
    district = DistrictField(label=_("District"), required=False)
    phone = PhoneField(label=_("Switchboard"), required=False)
    owner = ColleagueField(Staff.objects.none(), label=_("Looked after by"), required=False)

    class Meta:
        model = Organisation
        fields = ("name", "kind", "district", "address", "owner", "department", "note")
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}

    field_order = ("name", "kind", "district", "address", "phone", "owner", "department", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row, fields = self.instance, self.fields
        fields["owner"].queryset = Staff.objects.selectable(row.owner_id)  # type: ignore[attr-defined]
        fields["owner"].empty_label = _("Nobody yet")  # type: ignore[attr-defined]
        fields["department"].queryset = Department.objects.selectable(row.department_id)  # type: ignore[attr-defined]
        fields["department"].empty_label = _("None yet")  # type: ignore[attr-defined]
        for name in ("kind", "district", "address", "phone", "owner", "department"):
            fields[name].col = "w6"  # type: ignore[attr-defined]

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes."""
        row = {name: self.cleaned_data[name] for name in self._meta.fields or ()}
        return {**row, **columns_of(self.cleaned_data["phone"])}


class OrganisationCreateForm(CreateForm, OrganisationFields):
    values = OrganisationFields.values


class OrganisationEditForm(EditForm, OrganisationFields):
    values = OrganisationFields.values

    def __init__(self, *args: Any, instance: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, instance=instance, initial={"phone": typed_number(instance)}, **kwargs)


class ReasonToEndForm(StyledForm, forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        error_messages={"required": _("Say why: the next one who reads it needs to know.")},
    )


class OrganisationContactFields(forms.ModelForm[OrganisationContact]):
    phone = PhoneField(label=_("Phone"), required=False)
    number = forms.CharField(
        label=_("Number of this person's record"),
        max_length=40,
        required=False,
        help_text=_("Only for somebody who is a patient on file too."),
    )

    class Meta:
        model = OrganisationContact
        fields = ("name", "position", "email", "is_main")

    field_order = ("name", "position", "phone", "email", "number", "is_main")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("name", "position", "phone", "email"):
            self.fields[name].col = "w6"  # type: ignore[attr-defined]

    @property
    def values(self) -> dict[str, Any]:
        """The columns of the form's own fields."""
        return self.columns()

    def columns(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self._meta.fields or ()}


class OrganisationContactCreateForm(CreateForm, OrganisationContactFields):
    values = OrganisationContactFields.values


class OrganisationContactEditForm(EditForm, OrganisationContactFields):
    """The number stays masked: one that is typed takes its place."""

    def __init__(self, *args: Any, instance: OrganisationContact, **kwargs: Any) -> None:
        of_patient = instance.patient.number if instance.patient else ""
        super().__init__(*args, instance=instance, initial={"number": of_patient}, **kwargs)
        if instance.masked:
            self.fields["phone"].label = _("Another phone")
            words = _("On file: %(number)s. Leave it empty to keep that one.")
            self.fields["phone"].help_text = words % {"number": instance.masked}

    @property
    def values(self) -> dict[str, Any]:
        typed = self.cleaned_data["phone"]
        return {**self.columns(), **(columns_of(typed) if typed else {})}


class EmploymentFields(forms.ModelForm[Employment]):
    class Meta:
        model = Employment
        fields = ("position", "staff_number", "since", "until")
        widgets = {"since": DAY, "until": DAY}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in EmploymentFields.Meta.fields:
            self.fields[name].col = "w6"  # type: ignore[attr-defined]
        self.fields["until"].help_text = _("Empty as long as the person works there.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", EndsBeforeItBegins.message)
        return cleaned

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self._meta.fields or ()}


class EmploymentCreateForm(CreateForm, EmploymentFields):
    number = forms.CharField(
        label=_("Number of the employee's record"),
        max_length=40,
        help_text=_("Somebody who is not on file yet is registered as a patient first."),
    )
    values = EmploymentFields.values
    field_order = ("number", "position", "staff_number", "since", "until")


class EmploymentEditForm(EditForm, EmploymentFields):
    values = EmploymentFields.values


class OrganisationVisitFields(forms.ModelForm[OrganisationVisit]):
    visited_by = ColleagueField(Staff.objects.none(), label=_("Who goes"))

    class Meta:
        model = OrganisationVisit
        fields = ("on_day", "visited_by", "purpose")
        widgets = {"on_day": DAY}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        current = self.instance.visited_by_id
        people = Staff.objects.selectable(current).with_absence(timezone.localdate())
        self.fields["visited_by"].queryset = people  # type: ignore[attr-defined]
        for name in ("on_day", "visited_by"):
            self.fields[name].col = "w6"  # type: ignore[attr-defined]

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self._meta.fields or ()}


class OrganisationVisitCreateForm(CreateForm, OrganisationVisitFields):
    result = forms.CharField(
        label=_("What came of it"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only if you have been there already; otherwise it is planned."),
    )
    values = OrganisationVisitFields.values


class OrganisationVisitEditForm(EditForm, OrganisationVisitFields):
    values = OrganisationVisitFields.values


class HoldVisitForm(StyledForm, forms.Form):
    """How it was: who was there, on which day, what came of it, and whether something is promised next."""

    on_day = forms.DateField(label=_("Day"), widget=DAY, validators=DAYS_THAT_ARE_MEANT)
    visited_by = ColleagueField(Staff.objects.none(), label=_("Who went"))
    result = forms.CharField(label=_("What came of it"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    promises_next = forms.BooleanField(
        label=_("Promise them something next"),
        required=False,
        help_text=_("Leads on to the promise: by when, and who sees to it."),
    )

    def __init__(self, *args: Any, visit: OrganisationVisit, **kwargs: Any) -> None:
        today = timezone.localdate()
        initial = {"on_day": min(visit.on_day, today), "visited_by": visit.visited_by_id}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["visited_by"].queryset = Staff.objects.selectable(visit.visited_by_id)  # type: ignore[attr-defined]
        for name in ("on_day", "visited_by"):
            self.fields[name].col = "w6"  # type: ignore[attr-defined]


def typed_number(row: Organisation) -> str:
    """The switchboard as somebody would type it."""
    return f"{row.digits} 转 {row.extension}" if row.extension else row.digits
