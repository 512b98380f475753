"""Somebody on file, as people name them: by number, or by name, pinyin or phone, and then chosen from those it fits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from patients.models import Patient
from patients.querysets import PatientQuerySet
from patients.services.duplicates import MANY, NobodyOfNumber, SeveralOfNumber, find_by_number, find_people

ASKED = _("Type a name, pinyin, a phone or the number of the record. Whom it fits is shown here, to choose from.")
WHICH_ONE = _("Whom do you mean? Choose one, or type more.")

LONGEST_TYPED = 80


class PersonFields(forms.Form):
    """`number` is what is typed, `person` which of those whom that fits; a number that is known is enough by itself.

    `among`: whom the reader may find. `kept`: whoever is chosen already, and stays so as long as nothing is typed.
    `besides`: whom nobody can mean here.
    """

    number = forms.CharField(max_length=40, required=False, help_text=ASKED)

    def __init__(
        self,
        *args: Any,
        among: PatientQuerySet,
        kept: Patient | None = None,
        besides: Patient | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.among, self.kept, self.besides = among, kept, besides
        self.person: Patient | None = None

    def clean(self) -> dict[str, Any]:
        """Sets `person`, or asks which one is meant."""
        cleaned = super().clean() or self.cleaned_data
        text = cleaned.get("number", "").strip()
        if self.kept is not None and text == self.kept.number:
            self.person = self.kept
        elif text:
            self.person = self._found(text)
        return cleaned

    @property
    def offers(self) -> bool:
        """There is somebody to choose from."""
        return "person" in self.fields

    def typed(self, name: str) -> str:
        """What stands in a field so far, sent or not."""
        return str(self[name].value() or "")[:LONGEST_TYPED].replace("\0", "").strip()

    def offer(self) -> None:
        """Shows whom it fits what is typed so far, while nothing is sent yet."""
        if not self.offers and (text := self.typed("number")):
            one, people = self._whom(text)
            self._list([(each.number, card(each)) for each in ([one] if one else people)])

    def _found(self, text: str) -> Patient | None:
        one, people = self._whom(text)
        if one is not None:
            return one
        if not people:
            self.add_error("number", _("Nobody of this name or number."))
            return None
        chosen = self.data.get(self.add_prefix("person"), "")
        if (person := next((each for each in people if each.number == chosen), None)) is None:
            self._list([(each.number, card(each)) for each in people])
            more = _("Only the first ones are shown.") if len(people) >= MANY else ""
            self.add_error("person", f"{WHICH_ONE} {more}".strip())
        return person

    def _whom(self, text: str) -> tuple[Patient | None, Sequence[Patient]]:
        """Who has the number; else those whom a name, pinyin or phone fits."""
        try:
            return find_by_number(text, among=self.among), []
        except SeveralOfNumber as several:
            return None, several.people
        except NobodyOfNumber:
            return None, [each for each in find_people(text, among=self.among) if each != self.besides]

    def _list(self, choices: list[tuple[str, str]]) -> None:
        """Below what was typed: nothing is saved before one is chosen."""
        if not choices:
            return
        field = forms.ChoiceField(label=_("Whom it fits"), choices=choices, widget=forms.RadioSelect, required=False)
        after = list(self.fields).index("number") + 1
        field.is_alternative = True  # type: ignore[attr-defined]  # or more is typed
        self.fields["person"] = field
        names = [name for name in self.fields if name != "person"]
        self.order_fields([*names[:after], "person", *names[after:]])


def card(patient: Patient) -> str:
    """As a list shows somebody: enough to tell two of one name apart, the phone masked."""
    age, sex = patient.age(timezone.localdate()), patient.get_sex_display() if patient.sex != "unknown" else ""
    years = "" if age is None else _("%(age)d y") % {"age": age}
    phone = patient.phone.masked if patient.phone else ""
    return " · ".join(part for part in (patient.name, sex, str(years), patient.number, phone) if part)
