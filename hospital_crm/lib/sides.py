"""What a field held when its form was opened, what I typed, what stands there now."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms.widgets import DateTimeBaseInput
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Sides:
    """One field: what a browser sent or would send when the form was opened, by me, and by whoever saved first."""

    field: forms.BoundField
    base: list[str]
    mine: list[str]
    theirs: list[str]

    @property
    def name(self) -> str:
        return self.field.name

    @property
    def label(self) -> str:
        return str(self.field.label)

    @property
    def changed_by(self) -> str:
        """ "mine", "theirs", "both", or "" where both sides agree."""
        base, mine, theirs = sorted(self.base), sorted(self.mine), sorted(self.theirs)
        if mine == theirs:
            return ""
        if mine == base:
            return "theirs"
        return "mine" if theirs == base else "both"

    @property
    def pick(self) -> str:
        """The side that is chosen beforehand; a true conflict leaves the choice open."""
        return "" if self.changed_by == "both" else self.changed_by

    def hidden(self) -> Iterator[tuple[str, str]]:
        """What the page sends along for this field."""
        for prefix, values in (("initial", self.theirs), ("mine", self.mine), ("theirs", self.theirs)):
            yield from ((f"{prefix}-{self.name}", value) for value in values)
        if not self.changed_by:
            yield from ((self.name, value) for value in self.mine)
        if self.changed_by == "both":
            yield "choose", self.name


def sides_of(form: forms.BaseForm, fresh: forms.BaseForm, name: str) -> Sides:
    return Sides(
        field=form[name],
        base=posted(form.data, f"initial-{name}"),
        mine=posted(form.data, name),
        theirs=_as_posted(_as_sent(fresh[name])),
    )


def posted(data: Any, name: str) -> list[str]:
    """The values of a field; a checkbox counts as "on" or nothing, however it was written."""
    values = ["on" if value == "True" else value for value in data.getlist(name)]
    return [value for value in values if value not in ("", "False")]


def _as_sent(bound: forms.BoundField) -> Any:
    """Dates and times in the words of their input."""
    widget, value = bound.field.widget, bound.value()
    return widget.format_value(value) if isinstance(widget, DateTimeBaseInput) else value


def _as_posted(value: Any) -> list[str]:
    """What a browser would send for a field that holds the value."""
    if value in (None, "", False):
        return []
    if value is True:
        return ["on"]
    return [str(part) for part in value] if isinstance(value, list | tuple | QuerySet) else [str(value)]


def shown(field: forms.Field, values: list[str]) -> str:
    """A field's raw values as people read them: the labels of choices, yes and no."""
    if isinstance(field, forms.BooleanField):
        return _("Yes") if values else _("No")
    labels = {str(value): str(label).strip() for value, label in getattr(field, "choices", ())}
    return " · ".join(labels.get(value, value) for value in values) or "–"
