"""What people type about visits."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, Staff
from hospital_crm.lib.fields import ColleagueField, MomentField
from hospital_crm.lib.forms import CreateForm, EditForm, StyledForm
from hospital_crm.lib.moments import is_thinkable
from patients.models import Diagnosis, Operation, Visit
from patients.rules.visits import Fault, faults_of_visit
from patients.services.visits import ClinicalText, NewDiagnosis, NewOperation

FAULTS = {
    Fault.ENDS_BEFORE: _("The visit ends before it begins."),
    Fault.STILL_TO_COME: _("This time is still to come: choose the status Planned."),
    Fault.NEGATIVE: _("An amount is zero or more."),
    Fault.MORE_THAN_ALL: _("Insurance cannot pay more than the whole amount."),
}
STATUSES = [(code, label) for code, label in Visit.Status.choices if code != Visit.Status.CANCELLED]
WIDTHS = dict.fromkeys(("kind", "status", "department", "doctor", "doctor_name", "disposition"), "w6") | dict.fromkeys(
    ("starts_at", "ends_at", "total", "insured"), "w6"
)
MOST_LINES = 50
CODE = re.compile(r"(?=\S*\d)[A-Z0-9][A-Z0-9.+/-]{2,19}$", re.IGNORECASE)  # of ICD-10, ICD-9-CM-3, SNOMED CT
DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}))?\s+")


class LinesField(forms.CharField):
    """One row a line: a code where there is one, then the words."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}), **kwargs)

    def lines(self, value: Any) -> list[str]:
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        longest = Diagnosis._meta.get_field("text").max_length or 0
        if len(lines) > MOST_LINES or any(len(line) > longest for line in lines):
            words = _("At most %(lines)d lines of %(characters)d characters.")
            raise ValidationError(words % {"lines": MOST_LINES, "characters": longest}, code="too_much")
        return lines


class DiagnosesField(LinesField):
    def clean(self, value: Any) -> list[NewDiagnosis]:
        return [NewDiagnosis(*code_and_text(line)) for line in self.lines(value)]


class OperationsField(LinesField):
    """The day may stand before the code."""

    def clean(self, value: Any) -> list[NewOperation]:
        return [_operation(line) for line in self.lines(value)]


def code_and_text(line: str) -> tuple[str, str]:
    """ "H25.9 Senile cataract"; a line without a code is words alone."""
    first, _space, rest = line.partition(" ")
    return (first.upper(), rest.strip()) if CODE.match(first) else ("", line)


def _operation(line: str) -> NewOperation:
    found = DAY.match(line)
    if not found:
        return NewOperation(*code_and_text(line))
    try:
        told = datetime.combine(date.fromisoformat(found[1]), time.fromisoformat(found[2] or "00:00"))
        is_day = is_thinkable(told)
    except ValueError:
        is_day = False
    if not is_day:
        raise ValidationError(_("%(day)s is no day."), code="no_day", params={"day": found[1]})
    return NewOperation(*code_and_text(line[found.end() :]), timezone.make_aware(told))


def diagnosis_line(row: Diagnosis | NewDiagnosis) -> str:
    return f"{row.code} {row.text}".strip()


def operation_line(row: Operation | NewOperation) -> str:
    when = timezone.localtime(row.performed_at).strftime("%Y-%m-%d %H:%M ") if row.performed_at else ""
    return when.replace(" 00:00 ", " ") + f"{row.code} {row.text}".strip()


class VisitFields(forms.ModelForm[Visit]):
    doctor = ColleagueField(label=_("Doctor"), queryset=Staff.objects.none(), required=False)

    class Meta:
        model = Visit
        fields = (
            *("kind", "status", "department", "doctor", "doctor_name", "starts_at", "ends_at"),
            *("disposition", "total", "insured"),
        )
        field_classes = dict.fromkeys(("starts_at", "ends_at"), MomentField)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row, fields = self.instance, self.fields
        fields["status"].choices = STATUSES  # type: ignore[attr-defined]
        fields["department"].queryset = Department.objects.selectable(row.department_id).clinical_first()  # type: ignore[attr-defined]
        fields["department"].empty_label = _("None yet")  # type: ignore[attr-defined]
        fields["doctor"].queryset = Staff.objects.selectable(row.doctor_id).doctors(row.doctor_id)  # type: ignore[attr-defined]
        fields["doctor"].empty_label = _("Not known")  # type: ignore[attr-defined]
        fields["disposition"].choices = [("", _("Not known")), *Visit.Disposition.choices]  # type: ignore[attr-defined]
        for name, width in WIDTHS.items():
            fields[name].col = width  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        told = {name: cleaned.get(name) for name in ("starts_at", "ends_at", "total", "insured")}
        for name, fault in faults_of_visit(status=cleaned.get("status", ""), **told, at=timezone.now()).items():
            self.add_error(name, FAULTS[fault])
        return cleaned

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: self.cleaned_data[name] for name in self._meta.fields or ()}

    @property
    def clinical(self) -> ClinicalText | None:
        """None where the person may not read it, and so does not change it."""
        if "diagnoses" not in self.fields:
            return None
        return ClinicalText(self.cleaned_data["diagnoses"], self.cleaned_data["operations"])


class ClinicalFields(forms.Form):
    diagnoses = DiagnosesField(label=_("Diagnoses"), help_text=_("One a line, the main one first: H25.9 Cataract"))
    operations = OperationsField(
        label=_("Operations"), help_text=_("One a line, with the day if it is known: 2026-03-01 13.41 Phaco")
    )


class VisitCreateForm(CreateForm, VisitFields):
    values = VisitFields.values


class ClinicalVisitCreateForm(ClinicalFields, VisitCreateForm):
    """For whoever may see clinical text."""

    field_order = VisitFields.Meta.fields


class VisitEditForm(EditForm, VisitFields):
    values = VisitFields.values


class ClinicalVisitEditForm(ClinicalFields, VisitEditForm):
    """For whoever may see the clinical text of this visit."""

    field_order = VisitFields.Meta.fields

    def __init__(self, *args: Any, instance: Visit, **kwargs: Any) -> None:
        initial = {
            "diagnoses": "\n".join(map(diagnosis_line, instance.diagnoses.all())),
            "operations": "\n".join(map(operation_line, instance.operations.all())),
        }
        super().__init__(*args, instance=instance, initial=initial, **kwargs)


class CancelForm(StyledForm, forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        error_messages={"required": _("Say why: the next one who reads it needs to know.")},
    )
