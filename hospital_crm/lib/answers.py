"""How rows are told through the API. What each field reads, and how it is written, is worked out once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache
from inspect import isfunction
from operator import attrgetter, methodcaller
from typing import Any, TypeVar

from django.db.models import Manager, Model
from django.utils import timezone
from rest_framework import serializers

Row = TypeVar("Row", bound=Model)
Way = Callable[[Any], Any]  # to read a row, to write a value


class Telling:
    """For serializers that only answer: each thing is told as any serializer with these fields would.

    A serializer puts its fields together anew for each request, and asks each of them for each row what it is: for a
    page of patients that takes longer than reading them. Answers in answers are given without the context.
    """

    def to_representation(self, instance: Any) -> dict[str, Any]:
        kind: Any = type(self)
        told: dict[str, Any] = {}
        for name, read, write in _fields_of(kind):
            if isinstance(write, str):
                told[name] = getattr(self, write)(instance)
            else:
                value = read(instance)
                told[name] = None if value is None else write(value)
        return told


class Answer(Telling, serializers.ModelSerializer[Row]):
    """Tells rows."""


@cache
def _fields_of(kind: Any) -> tuple[tuple[str, Way, Way | str], ...]:
    model = kind.Meta.model if issubclass(kind, Answer) else None
    return tuple((name, *_ways(field, model)) for name, field in kind().fields.items())


def _ways(field: Any, model: Any) -> tuple[Way, Way | str]:
    """How the field reads its value from a row of the model, and writes it; or which method of the answer does both."""
    kind, source, write = type(field), str(field.source), field.to_representation
    if issubclass(kind, serializers.SerializerMethodField):
        return _as_it_is, str(field.method_name)
    if issubclass(kind, serializers.PrimaryKeyRelatedField):
        return attrgetter(model._meta.get_field(source).attname), _as_it_is
    if issubclass(kind, serializers.ListSerializer):
        each = field.child.to_representation
        return _behind(source), lambda rows: [each(row) for row in rows]
    if "." in source:
        return field.get_attribute, write
    if isfunction(getattr(model, source, None)):
        return methodcaller(source), write
    return attrgetter(source), PLAIN.get(kind, write)


def _as_it_is(value: Any) -> Any:
    return value


def _behind(name: str) -> Way:
    """The rows behind a row: those that were read with it, if they were; or whatever list it holds."""

    def read(row: Any) -> Any:
        known = getattr(row, "_prefetched_objects_cache", {}).get(name)
        rows = getattr(row, name) if known is None else known
        return rows.all() if isinstance(rows, Manager) else rows

    return read


def _written_moment(moment: datetime) -> str:
    """In the hospital's zone, the only one that there is."""
    text = moment.astimezone(timezone.get_default_timezone()).isoformat()
    return f"{text[:-6]}Z" if text.endswith("+00:00") else text


# What fields of these very kinds write, without asking each for its settings: an answer leaves them as they are.
PLAIN: dict[type[serializers.Field[Any, Any, Any, Any]], Way] = {
    serializers.CharField: str,
    serializers.IntegerField: int,
    serializers.DateTimeField: _written_moment,
}
