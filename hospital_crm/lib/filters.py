"""Filters that several rooms use."""

from typing import Any

import django_filters
from django import forms
from drf_spectacular.utils import extend_schema_field

from .fields import KeysOnly
from .keys import MOST_DIGITS


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


class LastingKeyFilter(KeyFilter):
    """The same, of rows that may be merged: an old key asks for what is now the survivor's."""

    def filter(self, qs: Any, value: Any) -> Any:
        if value is None:
            return qs
        rows = qs.model._meta.get_field(self.field_name).related_model._default_manager
        return qs.filter(**{f"{self.field_name}__in": rows.known_as(int(value))})
