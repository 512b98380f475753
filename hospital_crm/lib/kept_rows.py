"""How what a kept query reads becomes rows: as the ORM does it, worked out once for all answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db.models import Model
from django.db.models.base import ModelState
from django.db.models.query import FlatValuesListIterable, ModelIterable, ValuesListIterable, get_related_populators


def row_of(queryset: Any, compiler: Any) -> Callable[[Sequence[Any]], Any]:
    """How the ORM makes one row of what was read."""
    kind = queryset._iterable_class
    if kind is FlatValuesListIterable:
        return lambda read: read[0]
    if kind is ValuesListIterable:
        return lambda read: tuple(read[: compiler.col_count])
    if kind is not ModelIterable:
        raise TypeError(f"{kind.__name__} is not read from a kept query.")
    return _instance_of(compiler, queryset.db)


def _instance_of(compiler: Any, using: str) -> Callable[[Sequence[Any]], Any]:
    kind, select = compiler.klass_info, compiler.select
    since, until = kind["select_fields"][0], kind["select_fields"][-1] + 1
    make, names = _maker(kind["model"], using), [each[0].target.attname for each in select[since:until]]
    related = get_related_populators(kind, select, using)  # type: ignore[call-arg]  # the stubs are of a later Django
    annotated = list((compiler.annotation_col_map or {}).items())

    def instance(read: Sequence[Any]) -> Any:
        row = make(zip(names, read[since:until], strict=True))
        for each in related:
            each.populate(read, row)
        for name, at in annotated:
            setattr(row, name, read[at])
        return row

    return instance


def _maker(model: type[Model], using: str) -> Callable[[Iterable[tuple[str, Any]]], Model]:
    """As `from_db` makes a row of columns, without asking each of them what it is."""
    if model.__init__ is not Model.__init__ or model.from_db.__func__ is not Model.from_db.__func__:  # type: ignore[attr-defined]
        raise TypeError(f"{model.__name__} is made in a way of its own.")

    def make(columns: Iterable[tuple[str, Any]]) -> Model:
        row = model.__new__(model)
        row._state = ModelState()
        row._state.adding, row._state.db = False, using
        vars(row).update(columns)
        return row

    return make
