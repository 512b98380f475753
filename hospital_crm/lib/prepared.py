"""Questions to the database that are put together once and asked again and again, each time with other values.

Putting a query together takes the ORM longer than PostgreSQL takes to answer it. Where somebody waits with a patient on
the phone, the query is kept, with gaps for what differs from one time to the next.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections, models
from django.db.models.lookups import In

from .kept_rows import row_of
from .planned import PlannedQuestion, execute_planned, keeps_plans

Row = TypeVar("Row")

SIZES = (1, 5, 25, 100)  # of what is asked for behind so many rows
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

    def type_in(self, connection: Any) -> str:
        return str(self.output_field.cast_db_type(connection))

    def filled(self, values: Mapping[str, Any], connection: Any) -> Any:
        return self.output_field.get_db_prep_value(values[self.value], connection)


class Prepared(Generic[Row]):
    """One question. Whatever it depends on, but for the gaps, stands in the key under which it is kept.

    `is_planned_once`: the database keeps its plan too (`execute_planned` says for which questions that is right). So
    whoever reads, and on which day, stands in gaps (`accounts.models.readers`): all with the same rights share a plan.
    """

    def __init__(self, *, is_planned_once: bool = False) -> None:
        self._kept: dict[Hashable, _Question] = {}
        self._is_planned_once = is_planned_once

    def __deepcopy__(self, memo: dict[int, Any]) -> Prepared[Row]:
        """What holds it is copied for each request; what is kept is kept for all of them."""
        return self

    def rows(
        self, key: Hashable, build: Callable[[], models.QuerySet[Any, Row]], values: Mapping[str, Any] | None = None
    ) -> list[Row]:
        """The rows of the query that `build` puts together, with the values in its gaps."""
        return self._question(key, build).answered(values or {})

    def number(
        self, key: Hashable, build: Callable[[], models.QuerySet[Any, Any]], values: Mapping[str, Any] | None = None
    ) -> int:
        """How many rows the query has; the key is not one of `rows`."""
        return self._question(key, lambda: build().values_list("pk", flat=True)).counted(values or {})

    def _question(self, key: Hashable, build: Callable[[], models.QuerySet[Any, Any]]) -> _Question:
        question = self._kept.get(key)
        if question is None:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            question = self._kept[key] = _Question(build(), is_planned_once=self._is_planned_once)
        return question


def listed(queryset: models.QuerySet[Any, Row]) -> list[Row]:
    """The rows of any query; what is prefetched, by questions that are kept."""
    rows = list(queryset.prefetch_related(None))
    _attach(rows, queryset.model, queryset._prefetch_related_lookups)  # type: ignore[attr-defined]
    return rows


class _Question:
    """A query as the ORM put it together, once, and how it makes rows of what the database answers."""

    def __init__(self, queryset: Any, *, is_planned_once: bool) -> None:
        self._is_planned_once = is_planned_once
        self._planned: dict[str, PlannedQuestion] = {}  # of the rows, of their number
        self._using, compiler = queryset.db, queryset.query.get_compiler(using=queryset.db)
        self._model, self._lookups = queryset.model, queryset._prefetch_related_lookups
        try:
            self._sql, self._params = compiler.as_sql()
        except EmptyResultSet:
            self._sql = ""
            return
        columns = [each[0] for each in compiler.select[: compiler.col_count]]
        compiler.connection = _only_of_the_kind(self._using)  # of the thread that was the first to ask until now
        self._converters = [(at, *each) for at, each in compiler.get_converters(columns).items()]
        self._row = row_of(queryset, compiler)

    def counted(self, values: Mapping[str, Any]) -> int:
        if not self._sql:
            return 0
        sql = f"SELECT COUNT(*) FROM ({self._sql}) counted"  # noqa: S608  around what the ORM put together
        return int(self._read(sql, values, connections[self._using])[0][0])

    def answered(self, values: Mapping[str, Any]) -> list[Any]:
        if not self._sql:
            return []
        connection = connections[self._using]  # of this thread
        found = self._read(self._sql, values, connection)
        rows = [self._row(each) for each in (self._converted(found, connection) if self._converters else found)]
        _attach(rows, self._model, self._lookups)
        return rows

    def _read(self, sql: str, values: Mapping[str, Any], connection: Any) -> list[Any]:
        with connection.cursor() as cursor:
            if self._is_planned_once and keeps_plans(connection):
                question = self._planned.get(sql) or self._plan(sql, connection, cursor)
                gaps = [each.filled(values, connection) for each in self._params if isinstance(each, Gap)]
                execute_planned(connection, cursor, question, gaps)
            else:
                cursor.execute(
                    sql, [each.filled(values, connection) if isinstance(each, Gap) else each for each in self._params]
                )
            return list(cursor.fetchall())

    def _plan(self, sql: str, connection: Any, cursor: Any) -> PlannedQuestion:
        """Raises TypeError where a plan would answer tomorrow as of today."""
        if any(isinstance(each, date) for each in self._params):
            raise TypeError("A day or a moment belongs into a gap of a question that is planned once.")
        types = [each.type_in(connection) if isinstance(each, Gap) else None for each in self._params]
        self._planned[sql] = PlannedQuestion(sql, self._params, types, cursor)
        return self._planned[sql]

    def _converted(self, found: Iterable[Sequence[Any]], connection: Any) -> Iterable[Sequence[Any]]:
        for row in map(list, found):
            for at, converters, column in self._converters:
                for convert in converters:
                    row[at] = convert(row[at], column, connection)
            yield row


@cache
def _only_of_the_kind(using: str) -> Any:
    """A connection that nobody opens; it knows how what is read becomes a value."""
    return connections.create_connection(using)


def _attach(rows: list[Any], model: Any, lookups: Iterable[Any]) -> None:
    for lookup in lookups if rows else ():
        behind = _behind(model, lookup) if isinstance(lookup, str) else None
        if behind is None:
            models.prefetch_related_objects(rows, lookup)
        else:
            behind.attach(rows)


def hold(row: models.Model, name: str, behind: list[Any], *, shown: Any = None) -> None:
    """The row knows which rows are behind it by this name, as if they had been prefetched: nobody asks for them."""
    shown = getattr(row, name).get_queryset() if shown is None else shown
    shown._result_cache, shown._prefetch_done = behind, True
    known: Any = row
    known._prefetched_objects_cache = {**getattr(row, "_prefetched_objects_cache", {}), name: shown}


@cache
def _behind(model: Any, lookup: str) -> _Behind | None:
    """None where more is prefetched than rows whose key leads to the ones that were read."""
    relation = next((each for each in model._meta.related_objects if each.get_accessor_name() == lookup), None)
    return _Behind(relation) if isinstance(relation, models.ManyToOneRel) and relation.multiple else None


class _Behind:
    """The rows behind those that were read."""

    def __init__(self, relation: models.ManyToOneRel) -> None:
        self._key, self._name = relation.field, str(relation.get_accessor_name())
        self._asked, self._asked_of_many = Prepared[Any](is_planned_once=True), Prepared[Any]()

    def attach(self, rows: list[Any]) -> None:
        """As `prefetch_related` does; the last key is asked for again and again, so that there are few questions."""
        behind: dict[Any, list[Any]] = {row.pk: [] for row in rows}
        size = next((size for size in SIZES if size >= len(rows)), len(rows))
        wanted = {f"key {at}": rows[min(at, len(rows) - 1)].pk for at in range(size)}
        asked = self._asked if size in SIZES else self._asked_of_many
        for each in asked.rows(size, lambda: self._behind_keys(list(wanted)), wanted):
            behind[getattr(each, self._key.attname)].append(each)
        for row in rows:
            for each in behind[row.pk]:
                self._key.set_cached_value(each, row)
            hold(row, self._name, behind[row.pk], shown=self._of(row))

    def _of(self, row: Any) -> Any:
        """What the row's manager answers with; putting one together for each row takes longer than reading them."""
        shown: Any = self._key.model._default_manager.get_queryset()
        shown._deferred_filter = False, (), {self._key.name: row}
        shown._hints, shown._known_related_objects = {"instance": row}, {self._key: {row.pk: row}}
        return shown

    def _behind_keys(self, names: list[str]) -> models.QuerySet[Any, Any]:
        gaps = [Gap(name, self._key.target_field) for name in names]
        return self._key.model._default_manager.filter(In(models.F(self._key.attname), gaps))
