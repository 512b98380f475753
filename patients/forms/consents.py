"""What a person agrees to or takes back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.files import File
from django.utils.translation import gettext_lazy as _

from hospital_crm.lib.fields import DayInput, MomentField
from hospital_crm.lib.forms import CreateForm
from patients.models import Consent, ConsentWording, Purpose
from patients.services.consents import Decision
from patients.services.relatives import Kin

GIVEN = [("yes", _("Agrees")), ("no", _("Does not agree, or no longer"))]


class ConsentForm(CreateForm, forms.Form):
    purpose = forms.ChoiceField(label=_("Purpose"), choices=Purpose.choices)
    is_given = forms.ChoiceField(label=_("Decision"), choices=GIVEN, widget=forms.RadioSelect)
    channel = forms.ChoiceField(
        label=_("Channel"), choices=[("", _("All channels")), *Consent.Channel.choices], required=False
    )
    said_by = forms.ChoiceField(label=_("Who said so"), choices=Consent.SaidBy.choices, initial=Consent.SaidBy.SELF)
    relative = forms.ChoiceField(label=_("Which guardian"), required=False)
    guardian = forms.CharField(
        label=_("The guardian's name"),
        max_length=80,
        required=False,
        help_text=_("Where a guardian decided who is not among the relatives."),
    )
    way = forms.ChoiceField(label=_("How"), choices=Consent.Way.choices, initial=Consent.Way.SPOKEN)
    decided_at = MomentField(label=_("When"), required=False, help_text=_("Leave it empty for now."))
    last_on = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=DayInput(),
        help_text=_("After it the agreement counts no longer. Leave it empty where nobody set one."),
    )
    evidence = forms.FileField(
        label=_("Signed paper"), required=False, help_text=_("A scan or photograph: PDF, PNG or JPEG.")
    )

    def __init__(self, *args: Any, relatives: Iterable[Kin] = (), **kwargs: Any) -> None:
        """`relatives`: those whom the reader may see, guardians first."""
        super().__init__(*args, **kwargs)
        self.names = {str(each.relation.pk): each.name for each in relatives if each.name}
        roles = {str(each.relation.pk): each.role_label for each in relatives}
        named = [(key, f"{name} · {roles[key]}") for key, name in self.names.items()]
        self.fields["relative"].choices = [("", _("Nobody of the family, or the patient")), *named]  # type: ignore[attr-defined]
        for name in ("relative", "guardian"):
            self.fields[name].is_alternative = True  # type: ignore[attr-defined]
        if not named:
            del self.fields["relative"]

    @property
    def decided_by(self) -> str:
        """The guardian's name: of the family, or as it was typed."""
        return self.names.get(self.cleaned_data.get("relative", ""), "") or self.cleaned_data["guardian"]

    @property
    def decision(self) -> Decision:
        chosen = self.cleaned_data
        return Decision(
            purpose=Purpose(chosen["purpose"]),
            is_given=chosen["is_given"] == "yes",
            channel=chosen["channel"],
            way=Consent.Way(chosen["way"]),
            said_by=Consent.SaidBy(chosen["said_by"]),
            guardian=self.decided_by,
            decided_at=chosen["decided_at"],
            last_on=chosen["last_on"],
        )

    @property
    def file(self) -> File[bytes] | None:
        file: File[bytes] | None = self.cleaned_data["evidence"]
        return file


class WordingForm(CreateForm, forms.ModelForm[ConsentWording]):
    class Meta:
        model = ConsentWording
        fields = ("text_zh", "text_en")

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}
