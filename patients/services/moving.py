"""Whatever points at one row points at another from now on, in every table, those of the apps above included.

What was done is kept as steps, so that it can be put back: the one place where another app's rows are written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from itertools import groupby
from typing import Any, TypeVar
from uuid import UUID

from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import ForeignKey, Model, UniqueConstraint
from django.db.models.fields.reverse_related import ManyToOneRel

TOGETHER = 500  # rows in one statement
T = TypeVar("T")
Columns = dict[str, Any]
Reference = ForeignKey[Any, Any]


@dataclass(frozen=True)
class Step:
    """Some columns of one row were changed; or the whole row was removed, where `after` is None."""

    model: str
    row: int
    before: Columns
    after: Columns | None


def references_to(model: type[Model]) -> Iterator[Reference]:
    """Every column that points at rows of this model: hidden ones, and those of many-to-many tables, included."""
    for relation in model._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel):
            yield relation.field


def columns_of(row: Model) -> Columns:
    """What the row holds, as JSON keeps it, to the microsecond."""
    return {field.attname: plain(getattr(row, field.attname)) for field in row._meta.concrete_fields}


def plain(value: Any) -> Any:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal | UUID) else value


def restored(model: type[Model], columns: Columns) -> Columns:
    """As the model's attributes hold them."""
    known = {field.attname: field for field in model._meta.concrete_fields}
    return {name: known[name].to_python(value) for name, value in columns.items()}


def move_references(source: Model, target: Model, *, besides: Collection[Reference] = ()) -> list[Step]:
    """What points at the source points at the target. Where the target has such a row already, that one stands for
    both: what points at the source's is moved to it, and the source's is removed.
    """
    steps: list[Step] = []
    for reference in references_to(type(source)):
        if reference in besides:
            continue
        if unique_with(reference):
            for row in reference.model._base_manager.filter(**{reference.name: source}).order_by("pk"):
                steps += _move_row(row, reference, target)
        else:
            steps += _move_all(reference, source, target)
    return steps


def change(row: Model, **after: Any) -> list[Step]:
    """The columns (attnames) of the row hold the values."""
    before = {name: plain(getattr(row, name)) for name in after}
    type(row)._base_manager.filter(pk=row.pk).update(**after)
    for name, value in after.items():
        setattr(row, name, value)
    return [Step(row._meta.label, row.pk, before, {name: plain(value) for name, value in after.items()})]


def remove(row: Model) -> list[Step]:
    """The row is gone; nothing points at it any more."""
    step = Step(row._meta.label, row.pk, columns_of(row), None)
    type(row)._base_manager.filter(pk=row.pk).delete()
    return [step]


def unique_with(reference: Reference) -> list[UniqueConstraint]:
    """The constraints in which the column takes part."""
    found = [
        each
        for each in reference.model._meta.constraints
        if isinstance(each, UniqueConstraint) and reference.name in each.fields
    ]
    together = [fields for fields in reference.model._meta.unique_together if reference.name in fields]
    if reference.unique:
        together.append((reference.name,))
    return found + [UniqueConstraint(fields=fields, name="_".join(fields)) for fields in together]


def _move_all(reference: Reference, source: Model, target: Model) -> Iterator[Step]:
    rows, column = reference.model._base_manager, reference.attname
    keys = list(rows.filter(**{reference.name: source}).order_by("pk").values_list("pk", flat=True))
    for some in _batches(keys):
        rows.filter(pk__in=some).update(**{column: target.pk})
    before, after = {column: source.pk}, {column: target.pk}
    yield from (Step(reference.model._meta.label, key, before, after) for key in keys)


def _move_row(row: Model, reference: Reference, target: Model) -> list[Step]:
    if (same := _same_row(row, reference, target)) is None:
        return change(row, **{reference.attname: target.pk})
    return [*move_references(row, same), *remove(row)]


def _same_row(row: Model, reference: Reference, target: Model) -> Model | None:
    """The target's row that would clash with this one."""
    rows = type(row)._base_manager.exclude(pk=row.pk)
    for constraint in unique_with(reference):
        values = {name: row.serializable_value(name) for name in constraint.fields}
        values[reference.name] = target.pk
        found = rows.filter(**values)
        if constraint.condition is not None:
            if not type(row)._base_manager.filter(constraint.condition, pk=row.pk).exists():
                continue
            found = found.filter(constraint.condition)
        if None not in values.values() and (same := found.first()) is not None:
            return same
    return None


def put_back(steps: Iterable[Step]) -> list[Step]:
    """Whatever still is as the steps left it is as before, the last step first. Returns the steps that could not be
    taken back, because somebody has written something since that stands in the way.
    """
    stayed: list[Step] = []
    backwards = sorted(enumerate(steps), key=lambda each: -each[0])
    same = groupby((step for _rank, step in backwards), key=lambda step: (step.model, step.before, step.after))
    for _alike, steps_alike in same:
        for some in _batches(list(steps_alike)):
            stayed += _put_together(some)
    return stayed


def _put_together(alike: list[Step]) -> list[Step]:
    """Where one of them stands in the way, one by one."""
    first, keys = alike[0], [step.row for step in alike]
    try:
        with transaction.atomic():
            changed = _put_back(apps.get_model(first.model), first.before, first.after, keys)
    except IntegrityError:
        return alike if len(alike) == 1 else [stayed for step in alike for stayed in _put_together([step])]
    return [step for step in alike if step.row in changed]


def _batches(rows: list[T]) -> Iterator[list[T]]:
    yield from (rows[first : first + TOGETHER] for first in range(0, len(rows), TOGETHER))


def _put_back(model: type[Model], before: Columns, after: Columns | None, keys: list[int]) -> set[int]:
    """Returns the keys of those that are there and no longer as the step left them."""
    rows = model._base_manager
    if after is None:
        rows.bulk_create([model(**restored(model, before))])
        return set()
    if rows.filter(pk__in=keys, **restored(model, after)).update(**restored(model, before)) == len(keys):
        return set()
    as_before = rows.filter(pk__in=keys, **restored(model, before))
    return set(rows.filter(pk__in=keys).exclude(pk__in=as_before.values("pk")).values_list("pk", flat=True))
