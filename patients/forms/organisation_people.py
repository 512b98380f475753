"""Whom one speaks with at an organisation, and who works there, as somebody types it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hospital_crm.lib.fields import DayInput, PhoneField
from hospital_crm.lib.forms import CreateForm, EditForm
from patients.models import Employment, OrganisationContact
from patients.services.employments import EndsBeforeItBegins
from patients.services.organisation_people import columns_of

from .whom import PersonFields


class OrganisationContactFields(PersonFields, forms.ModelForm[OrganisationContact]):
    phone = PhoneField(label=_("Phone"), required=False)

    class Meta:
        model = OrganisationContact
        fields = ("name", "position", "email", "is_main")

    field_order = ("name", "position", "phone", "email", "number", "is_main")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].label = _("This person as a patient on file")
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
        kwargs |= {"initial": {"number": of_patient}, "kept": instance.patient}
        super().__init__(*args, instance=instance, **kwargs)
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
        widgets = {"since": DayInput(), "until": DayInput()}

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


class EmploymentCreateForm(CreateForm, PersonFields, EmploymentFields):
    """Somebody who is not on file yet is registered as a patient first."""

    values = EmploymentFields.values

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].label = _("The employee, a patient on file")
        self.fields["number"].required = True

    field_order = ("number", "position", "staff_number", "since", "until")


class EmploymentEditForm(EditForm, EmploymentFields):
    values = EmploymentFields.values
