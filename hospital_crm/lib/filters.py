"""Filters that several rooms use."""

from datetime import date
from typing import Any

import django_filters
from django import forms
from django.db.models import BigIntegerField, QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from django_filters.utils import translate_validation
from drf_spectacular.utils import extend_schema_field

from .fields import KeysOnly
from .keys import MOST_DIGITS, read_key
from .prepared import Gap, Prepared

DAYS = ("since", "until")  # of every filter that has them, the first and the last


class OnlyWhatIsAsked(DjangoFilterBackend):
    """Puts together those conditions of a list that the address names; all of them would take longer than the answer.

    For filters whose conditions each do nothing where they are left out.
    """

    def get_filterset(self, request: Any, queryset: Any, view: Any) -> Any:
        kind = self.get_filterset_class(view, queryset)
        if kind is None:
            return None
        filterset = kind.__new__(kind)
        filterset.base_filters = {name: one for name, one in kind.base_filters.items() if name in request.query_params}
        filterset.__init__(**self.get_filterset_kwargs(request, queryset, view))
        return filterset

    def told(self, request: Any, view: Any) -> dict[str, Any]:
        """What the address asks for, as `told_filter` tells it. Raises ValidationError."""
        filterset = self.get_filterset(request, None, view)
        if not filterset.is_valid():
            raise translate_validation(filterset.errors)
        return told_filter(filterset.form.cleaned_data)


@extend_schema_field(int)
class KeyFilter(django_filters.Filter):
    """By the primary key of another row; one that does not exist, or is out of sight, leaves nothing."""

    field_class = forms.IntegerField

    def __init__(self, field_name: str) -> None:
        super().__init__(field_name=field_name, min_value=1, max_value=10**MOST_DIGITS - 1)


class _KeysField(KeysOnly, django_filters.fields.ModelMultipleChoiceField):
    pass


@extend_schema_field({"type": "array", "items": {"type": "integer"}})
class KeysFilter(django_filters.ModelMultipleChoiceFilter):
    """By the keys of several other rows: any of them."""

    field_class = _KeysField


class _KeptChoiceField(django_filters.fields.ModelChoiceField):
    def __init__(self, *args: Any, kept: Prepared[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kept = kept
        self.known: dict[int, Any] = {}  # rows that a page has read already

    def to_python(self, value: Any) -> Any:
        if not (key := read_key(str(value))):
            return super().to_python(value)
        if key in self.known:
            return self.known[key]
        found = self._kept.rows(
            "by key", lambda: self.queryset.order_by().filter(pk=Gap("key", BigIntegerField())), {"key": key}
        )
        return found[0] if found else super().to_python(value)  # which says what is wrong


class KeptChoiceFilter(django_filters.ModelChoiceFilter):
    """By one row of a list that is the same for everybody; the row is read by a query that is put together once."""

    field_class = _KeptChoiceField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, kept=Prepared[Any](is_planned_once=True), **kwargs)


class LastingKeyFilter(KeyFilter):
    """The same, of rows that may be merged: an old key asks for what is now the survivor's."""

    def filter(self, qs: Any, value: Any) -> Any:
        if value is None:
            return qs
        rows = qs.model._meta.get_field(self.field_name).related_model._default_manager
        return qs.filter(**{f"{self.field_name}__in": rows.known_as(int(value))})


def told_filter(wanted: dict[str, Any]) -> dict[str, Any]:
    """A list's filter as a row keeps it: other rows by their keys, days by their dates, nothing that was left open."""
    told = {name: _plain(value) for name, value in wanted.items()}
    return {name: value for name, value in told.items() if value}


def with_days(told: dict[str, Any]) -> dict[str, Any]:
    """The same with the days it begins and ends on as days again."""
    return {name: date.fromisoformat(value) if name in DAYS else value for name, value in told.items()}


def _plain(value: Any) -> Any:
    """Of several rows their keys; of one its key; of a day its date; of anything else itself."""
    if isinstance(value, QuerySet) and value.query.is_empty():  # none was chosen
        return []
    if isinstance(value, list | QuerySet):
        return sorted(row.pk for row in value)
    return value.isoformat() if isinstance(value, date) else getattr(value, "pk", value)
