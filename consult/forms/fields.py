"""Fields that the forms of calls share."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Model

from hospital_crm.lib.keys import is_key

LOCAL_TIME = "%Y-%m-%dT%H:%M"
QUIET_RADIO = {"class": "sr"}  # its label is the chip


class Select(forms.Select):
    """For fields that join a form after it was styled."""

    def __init__(self) -> None:
        super().__init__(attrs={"class": "form-select"})


class RowField(forms.ChoiceField):
    """A choice among rows that the page has loaded already; cleaned to the row, or None."""

    def __init__(self, rows: Iterable[tuple[str, Model]], empty: Any = None, **kwargs: Any) -> None:
        self.rows = dict(rows)
        labels: list[tuple[str, Any]] = [(value, str(row)) for value, row in self.rows.items()]
        super().__init__(choices=labels if empty is None else [("", empty), *labels], **kwargs)

    def clean(self, value: Any) -> Model | None:
        return self.rows.get(super().clean(value))


def by_key(rows: Iterable[Model]) -> list[tuple[str, Model]]:
    return [(str(row.pk), row) for row in rows]


class KeysField(forms.Field):
    """Ticked rows, by their primary keys; the page renders the boxes itself."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> list[int]:
        keys = value if isinstance(value, list) else []
        return [int(key) for key in keys if is_key(str(key))]


class LocalTime(forms.DateTimeField):
    """A moment in the hospital's zone, as browsers send it."""

    def __init__(self, attrs: dict[str, Any] | None = None, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local", **(attrs or {})}, format=LOCAL_TIME)
        super().__init__(required=False, widget=widget, input_formats=[LOCAL_TIME, "%Y-%m-%dT%H:%M:%S"], **kwargs)
