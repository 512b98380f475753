"""What narrows a list, in words: each condition can be taken away by itself."""

from collections.abc import Callable, Collection
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django_filters import FilterSet


class Condition(NamedTuple):
    """A chip above the rows."""

    label: str
    remove_url: str


def conditions_of(
    filterset: FilterSet, *, without: Callable[[str], str], besides: Collection[str] = ()
) -> list[Condition]:
    """Those that are in force, in the form's order, but for the fields that stand open on the page anyway.

    `without`: the list's address without the condition of that name.
    """
    form = filterset.form
    if not form.is_valid():
        return []
    told = [(field, _words(field, form.cleaned_data[field.name])) for field in form if field.name not in besides]
    return [
        Condition(_("%(what)s: %(word)s") % {"what": field.label, "word": words}, without(field.name))
        for field, words in told
        if words
    ]


def _words(field: BoundField, value: Any) -> str:
    if isinstance(value, QuerySet | list):
        return ", ".join(str(row) for row in value)
    if not isinstance(value, str):
        return "" if value is None else str(value)
    choices: dict[str, Any] = dict(getattr(field.field.widget, "choices", ())) if value else {}
    return str(choices.get(value, value))
