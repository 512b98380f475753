from typing import Any

from django import forms
from django.utils.translation import get_language

from accounts.models import Staff
from hospital_crm.lib.forms import CreateForm


class ExportForm(CreateForm, forms.Form):
    """The page's filter once more; asked for once, however often the button is pressed."""

    who = forms.ModelChoiceField(Staff.objects.all(), required=False)
    verb = forms.CharField(max_length=60, required=False)
    since = forms.DateField(required=False)
    until = forms.DateField(required=False)

    @property
    def parameters(self) -> dict[str, Any]:
        """What the job remembers, with the language in which the page was read; `services.audit_entries` reads it."""
        who, since, until = (self.cleaned_data[name] for name in ("who", "since", "until"))
        return {
            "who": who.pk if who else None,
            "verb": self.cleaned_data["verb"],
            "since": since.isoformat() if since else None,
            "until": until.isoformat() if until else None,
            "language": get_language(),
        }
