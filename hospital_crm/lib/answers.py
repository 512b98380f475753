"""How rows are told through the API. What each field reads, and how it is written, is worked out once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from inspect import isfunction
from operator import attrgetter
from typing import Any, TypeVar

from django.db.models import Manager, Model
from rest_framework import serializers

Row = TypeVar("Row", bound=Model)
Read = Callable[["Answer[Any]", Any], Any]


class Answer(serializers.ModelSerializer[Row]):
    """Only answers, and tells each row as any serializer with these fields would.

    A serializer puts its fields together anew for each request, and asks each of them for each row what it is: for a
    page of patients that takes longer than reading them. Answers in answers are given without the context.
    """

    def to_representation(self, instance: Row) -> dict[str, Any]:
        return {name: read(self, instance) for name, read in _reads(type(self))}


@cache
def _reads(kind: type[Answer[Any]]) -> tuple[tuple[str, Read], ...]:
    return tuple((name, _read(field, kind.Meta.model)) for name, field in kind().fields.items())


def _read(field: Any, model: type[Model]) -> Read:
    """How the field reads its value from a row of the model, and writes it."""
    if isinstance(field, serializers.SerializerMethodField):
        return lambda answer, row: getattr(answer, field.method_name)(row)
    if isinstance(field, serializers.PrimaryKeyRelatedField):
        return lambda _answer, row: row.serializable_value(field.source)
    write = field.to_representation
    if "." in field.source:
        return lambda _answer, row: _written(field.get_attribute(row), write)
    get = attrgetter(field.source)
    if isinstance(field, serializers.ListSerializer):
        child: Any = field.child
        each = child.to_representation
        return lambda _answer, row: [each(one) for one in _all(get(row))]
    if isfunction(getattr(model, field.source, None)):
        return lambda _answer, row: _written(get(row)(), write)
    return lambda _answer, row: _written(get(row), write)


def _written(value: Any, write: Callable[[Any], Any]) -> Any:
    return None if value is None else write(value)


def _all(related: Any) -> Any:
    return related.all() if isinstance(related, Manager) else related
