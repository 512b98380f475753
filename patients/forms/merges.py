"""Two records side by side: which one stays, and whose value of each field."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hospital_crm.lib.forms import CreateForm, StyledForm
from patients.models import DuplicatePair, Patient
from patients.services.choices import Seen, changed_groups, differing, fingerprint, is_blank

OLDER, NEWER = "older", "newer"
SIDES = ((OLDER, _("The older record")), (NEWER, _("The newer record")))


class MergeForm(CreateForm, forms.Form):
    """`pick_<field>` names the side whose value counts: at first that which has one, else the older."""

    stays = forms.ChoiceField(label=_("Which number stays"), choices=SIDES, initial=OLDER, widget=forms.RadioSelect)
    older_version = forms.IntegerField(widget=forms.HiddenInput)
    newer_version = forms.IntegerField(widget=forms.HiddenInput)
    older_shown = forms.CharField(widget=forms.HiddenInput, required=False)
    newer_shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, pair: DuplicatePair, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pair = pair
        for name, value in self.as_now.items():
            self.fields[name].initial = value
        for group in differing(pair.older, pair.newer):
            initial = NEWER if is_blank(pair.older, group) else OLDER
            self.fields[f"pick_{group}"] = forms.ChoiceField(
                choices=SIDES, initial=initial, required=False, widget=forms.RadioSelect
            )

    @property
    def as_now(self) -> dict[str, object]:
        """What the hidden fields hold for both records as they are shown now."""
        sides = ((OLDER, self.pair.older), (NEWER, self.pair.newer))
        versions: dict[str, object] = {f"{side}_version": patient.version for side, patient in sides}
        return versions | {f"{side}_shown": fingerprint(patient) for side, patient in sides}

    @property
    def changed(self) -> list[str]:
        """The fields that one of the records holds otherwise than when the form was opened."""
        sides = ((OLDER, self.pair.older), (NEWER, self.pair.newer))
        changed = (changed_groups(patient, str(self[f"{side}_shown"].value() or "")) for side, patient in sides)
        return list(dict.fromkeys(group for groups in changed for group in groups))

    @property
    def survivor(self) -> Patient:
        return self.pair.newer if self.cleaned_data["stays"] == NEWER else self.pair.older

    @property
    def merged(self) -> Patient:
        return self.pair.older if self.cleaned_data["stays"] == NEWER else self.pair.newer

    @property
    def take(self) -> list[str]:
        """The fields of which the merged one's value counts."""
        goes = OLDER if self.cleaned_data["stays"] == NEWER else NEWER
        return [
            name.removeprefix("pick_")
            for name, side in self.cleaned_data.items()
            if name.startswith("pick_") and side == goes
        ]

    @property
    def seen(self) -> Seen:
        """As the page showed them."""
        versions = self.cleaned_data["older_version"], self.cleaned_data["newer_version"]
        return dict(zip((self.pair.older_id, self.pair.newer_id), versions, strict=True))


class CompareForm(StyledForm, forms.Form):
    """Another record, by its number."""

    number = forms.CharField(label=_("Number of the other record"), max_length=40)
