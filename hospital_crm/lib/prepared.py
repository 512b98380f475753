"""Questions to the database that are put together once and asked again and again, each time with other values.

Putting a query together takes the ORM longer than PostgreSQL takes to answer it. Where somebody waits with a patient on
the phone, the query is kept, with gaps for what differs from one time to the next.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from copy import copy
from types import SimpleNamespace
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections, models

Row = TypeVar("Row")

MOST_KEPT = 500  # of one question: about ten roles and shapes for each of fifty people; some 20 kB each


class Gap(models.Value):
    """Stands in a query for the value of this name."""

    def __init__(self, name: str, output_field: models.Field[Any, Any]) -> None:
        super().__init__(name, output_field)

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]

    def __str__(self) -> str:
        """A condition that works on the words themselves would keep these, and never see the value."""
        raise TypeError(f"{self!r} has no words yet: choose a condition that the database works out.")

    def filled(self, values: Mapping[str, Any], connection: Any) -> Any:
        return self.output_field.get_db_prep_value(values[self.value], connection)


class Prepared(Generic[Row]):
    """One question. Whatever it depends on, but for the gaps, stands in the key under which it is kept."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, _Question] = {}

    def __deepcopy__(self, memo: dict[int, Any]) -> Prepared[Row]:
        """What holds it is copied for each request; what is kept is kept for all of them."""
        return self

    def rows(
        self, key: Hashable, build: Callable[[], models.QuerySet[Any, Row]], values: Mapping[str, Any] | None = None
    ) -> list[Row]:
        """The rows of the query that `build` puts together, with the values in its gaps."""
        question = self._kept.get(key)
        if question is None:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            question = self._kept[key] = _Question(build())
        return question.answered(values or {})


class _Question:
    """A query as the ORM put it together, once; what it reads from the rows goes its usual way."""

    def __init__(self, queryset: Any) -> None:
        self._queryset, self._using = queryset, queryset.db
        self._compiler = queryset.query.get_compiler(using=self._using)
        try:
            self._sql, self._params = self._compiler.as_sql()
        except EmptyResultSet:
            self._sql, self._params = "", ()
        self._compiler.connection = None  # of the thread that was the first to ask

    def answered(self, values: Mapping[str, Any]) -> list[Any]:
        if not self._sql:
            return []
        connection = connections[self._using]  # of this thread
        filled = tuple(each.filled(values, connection) if isinstance(each, Gap) else each for each in self._params)
        compiler, query, kept = copy(self._compiler), copy(self._queryset.query), self._queryset
        compiler.connection, compiler.as_sql = connection, lambda: (self._sql, filled)
        query.get_compiler = lambda using: compiler
        asked = SimpleNamespace(
            db=self._using, model=kept.model, query=query, _fields=kept._fields, _known_related_objects={}
        )
        rows: list[Any] = list(kept._iterable_class(asked))
        if kept._prefetch_related_lookups:
            models.prefetch_related_objects(rows, *kept._prefetch_related_lookups)
        return rows
