"""Under which name a patient follows the official account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hospital_crm.lib.forms import StyledForm


class FollowerForm(StyledForm, forms.Form):
    """What is on file is shown for a purpose only, so not here."""

    open_id = forms.CharField(label=_("Open ID of a follower"), max_length=40, required=False)
    forgets = forms.BooleanField(label=_("The patient follows the account no more"), required=False)

    def __init__(self, *args: Any, masked: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if masked:
            words = _("%(number)s is on file. What is typed here replaces it.")
            self.fields["open_id"].help_text = words % {"number": masked}
        else:
            del self.fields["forgets"]
            self.fields["open_id"].required = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and bool(cleaned["open_id"]) == bool(cleaned.get("forgets")):
            self.add_error("open_id", _("Type the new open ID, or say that the patient follows no more."))
        return cleaned
