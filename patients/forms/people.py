"""What is written down about a person."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from hospital_crm.lib.fields import DayInput, MomentField, PhoneField
from hospital_crm.lib.forms import CreateForm, EditForm
from hospital_crm.lib.keys import read_key
from institution.models import ReferenceItem
from patients.models import Identifier, Patient, Phone
from patients.rules.portrait import PORTRAIT, faults_of_portrait, tells_street
from patients.services.identifiers import NewIdentifier

from .fields import DISTRICT_ONLY, PORTRAIT_FAULTS, STREET_TOLD, BirthField, DistrictField, ResidentIdField
from .guardians import GuardianFields


class PatientFields(forms.ModelForm[Patient]):
    birth = BirthField(label=_("Date or year of birth"), required=False)

    class Meta:
        model = Patient
        fields = ("name", "sex", "residence", "department", "source", "insurance", "card", "hospital_number")
        help_texts = {"residence": DISTRICT_ONLY}

    field_order: tuple[str, ...] = ("name", "sex", "birth", "phone", "owner")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = self.instance
        self.fields["department"].queryset = Department.objects.selectable(row.department_id)  # type: ignore[attr-defined]
        self.fields["department"].empty_label = _("None yet")  # type: ignore[attr-defined]
        for name, code in LISTS.items():
            if name not in self.fields:
                continue
            choices = ReferenceItem.objects.selectable(code, getattr(row, f"{name}_id"))
            self.fields[name].queryset = choices  # type: ignore[attr-defined]
            self.fields[name].empty_label = _("Not asked yet")  # type: ignore[attr-defined]
        for name in NOT_ASKED:
            if name in self.fields:
                field = self.fields[name]
                field.choices = [("", _("Not asked yet")), *field.choices[1:]]  # type: ignore[attr-defined]
        for name, width in WIDTHS.items():
            if name in self.fields:
                self.fields[name].col = width  # type: ignore[attr-defined]

    def clean_residence(self) -> str:
        """What is on file already may stay; it is nobody's fault who changes something else."""
        residence: str = self.cleaned_data["residence"]
        if residence != self.instance.residence and tells_street(residence):
            raise ValidationError(STREET_TOLD, code="street")
        return residence

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes."""
        birth_date, birth_year = self.cleaned_data["birth"]
        row = {name: self.cleaned_data[name] for name in self._meta.fields or ()}
        return {**row, "birth_date": birth_date, "birth_year": birth_year}


LISTS = {
    "source": "media_source",
    "last_source": "media_source",
    "insurance": "insurance",
    "occupation": "occupation",
}
HIDDEN = ("address", "email")  # what no form shows of what is on file
NOT_ASKED = ("language", "preferred_channel")
WIDTHS = {
    "name": "w4", "sex": "w4", "birth": "w4", "resident_id": "w6", "phone": "w6", "owner": "w6", "residence": "w6",
    "department": "w6", "district": "w6", "address": "w6", "email": "w6", "occupation": "w6", "last_source": "w6",
    "died_on": "w6", "language": "w6", "preferred_channel": "w6", "preferred_from": "w6", "preferred_until": "w6",
    "not_before": "w6", "source": "w6", "insurance": "w6", "card": "w6", "hospital_number": "w6",
}  # fmt: skip


class PatientCreateForm(CreateForm, GuardianFields, PatientFields):
    phone = PhoneField(label=_("Phone"), required=False)
    owner = forms.ChoiceField(label=_("Whose phone"), choices=Phone.Owner.choices, initial=Phone.Owner.OWN)
    resident_id = ResidentIdField(
        label=_("Number of the identity card"),
        max_length=40,
        required=False,
        help_text=_("Tells the birth and the sex too."),
    )

    class Meta(PatientFields.Meta):
        fields = (*PatientFields.Meta.fields, "address", "email")  # type: ignore[assignment]

    field_order = ("name", "sex", "birth", "resident_id", "phone", "owner")

    @property
    def of_person(self) -> list[forms.BoundField]:
        """What is always shown."""
        return [field for field in self.visible_fields() if field.name not in GuardianFields.base_fields]

    @property
    def of_guardian(self) -> list[forms.BoundField]:
        return [self[name] for name in GuardianFields.base_fields]

    @property
    def asks_for_guardian(self) -> bool:
        """Somebody has said something there, or has to."""
        typed = [name for name in GuardianFields.base_fields if name != "guardian_role"]
        return any(self.errors.get(name) or self[name].value() for name in typed)

    @property
    def identifiers(self) -> list[NewIdentifier]:
        card = self.cleaned_data["resident_id"]
        return [NewIdentifier(Identifier.Type.RESIDENT_ID, card.number)] if card is not None else []


class PatientEditForm(EditForm, PatientFields):
    """All that is written down about a person. `row` is whose record was read: it may be another's by now."""

    values = PatientFields.values  # the birth is two columns
    district = DistrictField(label=_("District"), required=False)
    address = forms.CharField(label=_("Home address"), max_length=120, required=False)
    forgets_address = forms.BooleanField(label=_("There is no home address any more"), required=False)
    email = forms.EmailField(label=_("E-mail"), max_length=120, required=False)
    forgets_email = forms.BooleanField(label=_("There is no e-mail address any more"), required=False)

    class Meta(PatientFields.Meta):
        fields = (  # type: ignore[assignment]
            *PatientFields.Meta.fields,
            *("district", "address", "email", "occupation", "last_source", "died_on"),
            *("language", "preferred_channel", "preferred_from", "preferred_until", "not_before"),
        )
        widgets = {
            "died_on": DayInput(),
            "preferred_from": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "preferred_until": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }
        field_classes = {"not_before": MomentField}

    field_order = (
        *("name", "sex", "birth", "residence", "district", "address", "forgets_address", "email", "forgets_email"),
        *("occupation", "department", "hospital_number", "card", "source", "last_source", "insurance", "language"),
        *("preferred_channel", "not_before", "preferred_from", "preferred_until", "died_on"),
    )

    def __init__(self, *args: Any, instance: Patient, **kwargs: Any) -> None:
        birth = instance.birth_date.isoformat() if instance.birth_date else instance.birth_year or ""
        super().__init__(*args, instance=instance, initial={"birth": birth, **dict.fromkeys(HIDDEN, "")}, **kwargs)
        self.fields["row"] = forms.IntegerField(widget=forms.HiddenInput, initial=instance.pk, required=False)
        for name in HIDDEN:
            self.fields[name].col = ""  # type: ignore[attr-defined]  # a line of its own: pairs stay side by side
            if getattr(instance, name):
                self.fields[name].help_text = _("One is on file. What is typed here replaces it.")
            else:
                del self.fields[f"forgets_{name}"]

    def clean_address(self) -> str:
        return self._typed_or_kept("address")

    def clean_email(self) -> str:
        return self._typed_or_kept("email")

    def _typed_or_kept(self, name: str) -> str:
        """What is on file is shown for a purpose only, so not here: an empty field leaves it as it is."""
        kept = "" if self.data.get(f"forgets_{name}") else getattr(self.instance, name)
        return self.cleaned_data[name] or kept

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        told = {name: cleaned.get(name) for name in PORTRAIT}
        birth = cleaned.get("birth") or (None, None)
        for name, fault in faults_of_portrait(**told, birth=birth, today=timezone.localdate()).items():
            self.add_error(name, PORTRAIT_FAULTS[fault])
        return cleaned

    def row_read(self, otherwise: int) -> int:
        """The key of the record that was shown; `otherwise` where the form does not say."""
        return read_key(str(self.data.get(self.add_prefix("row"), ""))) or otherwise
