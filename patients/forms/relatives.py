"""A relative of a patient, and what each of the two may be told about the other."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hospital_crm.lib.fields import PhoneField
from hospital_crm.lib.forms import CreateForm, EditForm
from patients.kinship import UNSAID, Tie
from patients.models import Patient, Relation
from patients.services.alike import Alike, Typed, find_alike
from patients.services.duplicates import MANY
from patients.services.relatives import Named

from .whom import PersonFields, card

WHO_IS_IT = ("number", "name", "phone")
TOLD = [(UNSAID, _("As usual: a guardian everything, others nothing")), *Relation.Told.choices]

GONE = _("Whoever you chose is not found any more. Look again who it is.")


class TieFields(forms.Form):
    role = forms.ChoiceField(label=_("Is to the patient"), choices=Relation.Role.choices)
    guards = forms.BooleanField(label=_("Is the patient's guardian"), required=False)
    is_guarded = forms.BooleanField(label=_("The patient is this relative's guardian"), required=False)
    may_be_told = forms.ChoiceField(label=_("May be told about the patient"), choices=TOLD, required=False)
    may_hear = forms.ChoiceField(label=_("The patient may be told about this relative"), choices=TOLD, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("may_be_told", "may_hear"):
            self.fields[name].is_alternative = True  # type: ignore[attr-defined]  # the usual is an answer too

    @property
    def tie(self) -> Tie:
        return Tie(**{name: self.cleaned_data[name] for name in TieFields.base_fields})


class RelativeForm(CreateForm, PersonFields, TieFields):
    """Somebody on file, or anybody by name."""

    name = forms.CharField(
        label=_("Name of whoever is not on file"),
        max_length=80,
        required=False,
        help_text=_("Instead of the field above, with the phone."),
    )
    phone = PhoneField(label=_("Phone"), required=False)

    field_order = ("number", "name", "phone", "role", "guards", "is_guarded", "may_be_told", "may_hear")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].label = _("The relative, on file")
        for name in WHO_IS_IT:
            self.fields[name].is_alternative = True  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("number") and (chosen := self.data.get(self.add_prefix("person"))):
            self.person = self.among.filter(number=chosen).first()  # who was shown to be on file already
            if self.person is None:
                self.offer()
                self.add_error("person" if self.offers else "name", GONE)
        if not {"number", "person", "name"} & self.errors.keys() and not (
            cleaned.get("number") or cleaned.get("name") or self.person
        ):
            self.add_error("number", _("Type who it is, or the name of whoever is not on file."))
        return cleaned

    def offer(self) -> None:
        """Also those on file who are like whoever is named as not on file, as registration shows them."""
        super().offer()
        if self.offers or self.typed("number"):
            return
        typed = Typed(name=self.typed("name"), phone=self.typed("phone"))
        rows = find_alike(typed, among=self.among.with_card(), today=timezone.localdate())
        shown = [row for row in rows if row.patient != self.besides][:MANY]
        if shown:
            self._list([("", str(_("None of these: somebody who is not on file"))), *map(_choice, shown)])
            self.fields["person"].label = _("On file already")

    @property
    def is_typed(self) -> bool:
        """Enough to look for somebody."""
        return any(self.typed(name) for name in WHO_IS_IT)

    @property
    def of_whom(self) -> list[forms.BoundField]:
        return [self[name] for name in WHO_IS_IT]

    @property
    def of_tie(self) -> list[forms.BoundField]:
        return [self[name] for name in TieFields.base_fields]

    @property
    def who(self) -> Patient | Named:
        return self.person or Named(self.cleaned_data["name"], self.cleaned_data["phone"])


def _choice(row: Alike) -> tuple[str, str]:
    reasons = (str(reason.label) for reason in row.likeness.reasons)
    return row.patient.number, " · ".join([card(row.patient), *reasons])


class TieForm(EditForm, TieFields):
    """What somebody changes who sees the relation from one of its sides."""

    def __init__(self, *args: Any, instance: Relation, seen_from: Patient, **kwargs: Any) -> None:
        self.instance = instance
        super().__init__(*args, initial=asdict(instance.tie_from(seen_from)), **kwargs)
