"""A file to import, and which of its columns holds what."""

from __future__ import annotations

from collections.abc import Mapping as ReadOnly
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hospital_crm.lib.forms import CreateForm, StyledForm
from patients.models import Import
from patients.services.imports.fields import FIELDS, REQUIRED
from patients.services.imports.mappings import VISITS, Mapping

OF_COLUMN = "column-"
MORE_NAME = "more-name"


class ImportForm(CreateForm, forms.Form):
    kind = forms.ChoiceField(label=_("What the file holds"), choices=Import.Kind.choices)
    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,  # the service says what is wrong with it
        help_text=_("CSV (UTF-8 or GB18030) or an Excel workbook; the first row names the columns."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
    )


class MappingForm(StyledForm, forms.Form):
    """One choice of column for each field, with what stands in it; the name may stand in two columns."""

    def __init__(self, *args: Any, run: Import, proposed: Mapping, examples: ReadOnly[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._about, self._examples = run.kind, examples
        chosen = run.columns or proposed.columns
        for code, field in FIELDS[run.kind].items():
            self._add_column(f"{OF_COLUMN}{code}", field.label, run.header, list(chosen.get(code, ()))[:1])
            if code == "name":
                self._add_column(MORE_NAME, _("Further part of the name"), run.header, list(chosen.get(code, ()))[1:2])
        self.fields["scope"] = forms.CharField(
            label=_("System that the numbers are from"),
            max_length=40,
            required=False,
            initial=run.scope or proposed.scope,
            help_text=_("Such as HIS: by its numbers a second import finds the same rows."),
        )
        if run.kind == VISITS:
            initial = run.historic if run.columns else proposed.historic
            self.fields["historic"] = forms.BooleanField(
                label=_("These visits are history: nothing begins with them any more"), required=False, initial=initial
            )
        self.fields["remember_as"] = forms.CharField(
            label=_("Remember these columns as"), max_length=60, required=False, initial=proposed.name
        )
        self._style()

    @property
    def mapping(self) -> Mapping:
        told = self.cleaned_data
        columns = {code: [told[f"{OF_COLUMN}{code}"]] for code in FIELDS[self._about] if told[f"{OF_COLUMN}{code}"]}
        if told.get(MORE_NAME) and "name" in columns:
            columns["name"].append(told[MORE_NAME])
        return Mapping(self._about, columns, told["scope"], historic=told.get("historic", False))

    def _add_column(self, name: str, label: Any, header: Sequence[str], chosen: Sequence[str]) -> None:
        choices = [("", _("Not in this file")), *((each, self._shown(each)) for each in header if each)]
        self.fields[name] = forms.ChoiceField(
            label=label,
            choices=choices,
            required=name.removeprefix(OF_COLUMN) in REQUIRED[self._about],
            initial=chosen[0] if chosen else "",
        )

    def _shown(self, name: str) -> str:
        example = self._examples.get(name)
        return f"{name} · {example}" if example else name

    def _style(self) -> None:
        """The fields came after the form's own look was given."""
        for field in self.fields.values():
            if not isinstance(field.widget, forms.CheckboxInput):
                kind = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
                field.widget.attrs["class"] = kind
                field.col = "w6"  # type: ignore[attr-defined]


class StartForm(CreateForm, forms.Form):
    """Asked for once, however often the button is pressed."""

    trial = forms.BooleanField(required=False)
