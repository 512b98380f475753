"""What was written since a merge about what goes back goes back with it: a promise is not torn from its owner.

A row belongs to another by a column that points at it, or by the label under which it names its source
("promise:17"). Found through the model registry, as rows to move are: nothing here knows the apps above.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from functools import cache, reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.db.models import CharField, ForeignKey, ManyToManyField, Max, Model, Q, QuerySet, Value

from patients.models import (
    ColleagueRecord,
    Contact,
    DuplicatePair,
    Identifier,
    LookToCheck,
    MatchKey,
    Merge,
    Patient,
    Phone,
    Relation,
    SearchToken,
)

from .moving import Reference, references_to

# What tells of the person, or of the two records, and not of an act: whose number was rung says nothing of whose the
# act is.
NO_ACT = (Patient, Contact, Phone, Identifier, Relation, Merge, DuplicatePair, SearchToken, MatchKey)
TOLD_TOO = (Phone, Identifier, Relation)  # that one came since is worth a word, though it goes nowhere by itself
QUIET = (LookToCheck, ColleagueRecord)  # of these only some may know that there are any
Row = tuple[type[Model], int]
Links = dict[int, set[Row]]


def newest_rows() -> dict[str, int]:
    """Of every table that tells of people the highest key by now."""
    models: list[type[Model]] = [*_columns(), *TOLD_TOO]
    newest = ((model, model._base_manager.aggregate(key=Max("pk"))["key"]) for model in models)
    return {model._meta.label: key or 0 for model, key in newest}


def newer_rows(merge: Merge) -> set[tuple[str, int]]:
    """Labels and keys of what came since and is the survivor's, not by the merge: with one question for all tables."""
    named = [each for each in _told_columns() if each._meta.label in merge.newest]
    rows = [_newer(model, merge) for model in named]
    found: set[tuple[str, int]] = set(rows[0].union(*rows[1:], all=True)) if rows else set()
    if not found:
        return found
    return found - set(merge.rows.filter(model__in={label for label, _key in found}).values_list("model", "row"))


def _newer(model: type[Model], merge: Merge) -> QuerySet[Any, Any]:
    anywhere = reduce(or_, (Q(**{column: merge.survivor_id}) for column in _told_columns()[model]))
    label = model._meta.label
    rows = model._base_manager.filter(anywhere, pk__gt=merge.newest[label]).order_by()
    return rows.values_list(Value(label, output_field=CharField()), "pk")


@cache
def _told_columns() -> dict[type[Model], list[str]]:
    """Of every table whose rows have a name that readers know the columns that point at the person."""
    columns: dict[type[Model], list[str]] = defaultdict(list)
    for reference in references_to(Patient):
        model = reference.model
        is_told = model in TOLD_TOO or (model not in NO_ACT and model not in QUIET)
        if is_told and "verbose_name" in model._meta.original_attrs:
            columns[model].append(reference.attname)
    return dict(columns)


def follow_rows(merge: Merge) -> list[Row]:
    """Rows since the merge that belong to what is the merged one's are the merged one's too.

    Returns those that belong to rows of both: they stay with the survivor.
    """
    torn: set[Row] = set()
    while True:
        followed, now_torn = _sorted_out(merge)
        torn |= set(now_torn)
        if not followed:
            return sorted(torn, key=lambda row: (row[0]._meta.label, row[1]))
        for model, key in followed:
            for column in _columns()[model]:
                rows = model._base_manager.filter(pk=key, **{column: merge.survivor_id})
                rows.update(**{column: merge.merged_id})


def _sorted_out(merge: Merge) -> tuple[list[Row], list[Row]]:
    """Of the survivor's rows those that belong to the merged one's alone, and those that belong to both's."""
    followed: list[Row] = []
    torn: list[Row] = []
    for model, columns in _columns().items():
        since = merge.newest.get(model._meta.label, 0)
        keys = {
            key
            for column in columns
            for key in model._base_manager.filter(pk__gt=since, **{column: merge.survivor_id}).values_list(
                "pk", flat=True
            )
        }
        links = _links(model, keys)
        owners = _owners({row for found in links.values() for row in found})
        for key, found in links.items():
            of = [(row, owner) for row in found for owner in owners.get(row, ())]
            if not any(owner == merge.merged_id for _row, owner in of):
                continue
            is_both = any(owner == merge.survivor_id and _is_older(merge, row) for row, owner in of)
            (torn if is_both else followed).append((model, key))
    return followed, torn


def _is_older(merge: Merge, row: Row) -> bool:
    """It was the survivor's before, or nobody knows."""
    model, key = row
    newest = merge.newest.get(model._meta.label)
    return newest is None or key <= newest


@cache
def _columns() -> dict[type[Model], list[str]]:
    """Of every table that tells of people's acts the columns that point at the person."""
    columns: dict[type[Model], list[str]] = defaultdict(list)
    for reference in references_to(Patient):
        if reference.model not in NO_ACT:
            columns[reference.model].append(reference.attname)
    return dict(columns)


@cache
def _telling() -> set[type[Model]]:
    """Models whose rows are about somebody, or hang on rows that are."""
    telling = set(_columns())
    while more := {each for each in apps.get_models() if each not in NO_ACT and _ways_up(each, telling)} - telling:
        telling |= more
    return telling


def _ways_up(model: type[Model], to: Collection[type[Model]]) -> list[Reference]:
    """The columns that point at rows of these."""
    fields = model._meta.concrete_fields
    return [each for each in fields if isinstance(each, ForeignKey) and each.related_model in to]


@cache
def _named() -> dict[str, type[Model]]:
    """By the names that stand in the sources of rows."""
    return {model._meta.model_name or "": model for model in _telling()}


def _links(model: type[Model], keys: Collection[int]) -> Links:
    """What each row belongs to."""
    links: Links = {key: set() for key in keys}
    if not keys:
        return links
    pointing = _ways_up(model, _telling())
    known = {field.attname for field in model._meta.concrete_fields}
    labels = [name for name in ("source", "source_type", "source_id") if name in known]
    rows = model._base_manager.filter(pk__in=keys)
    for row in rows.values("pk", *(field.attname for field in pointing), *labels):
        found = {(field.related_model, row[field.attname]) for field in pointing if row[field.attname]}
        links[row["pk"]] |= found | set(_named_by(row))
    for many in model._meta.many_to_many:
        if many.related_model in _telling():
            _add_many(links, many)
    return links


def _add_many(links: Links, many: ManyToManyField[Any, Any]) -> None:
    mine, theirs = many.m2m_column_name(), many.m2m_reverse_name()
    through: Any = many.remote_field.through
    between = through._base_manager.filter(**{f"{mine}__in": list(links)})
    for key, other in between.values_list(mine, theirs):
        links[key].add((many.related_model, other))


def _named_by(row: dict[str, Any]) -> Iterator[Row]:
    """A source such as "promise:17:told", or a label and a key."""
    name, _colon, rest = str(row.get("source") or "").partition(":")
    key = rest.partition(":")[0]
    if name in _named() and key.isdecimal():
        yield _named()[name], int(key)
    if row.get("source_type") and row.get("source_id"):
        model = apps.get_model(row["source_type"])
        if model in _telling():
            yield model, row["source_id"]


def _owners(rows: Iterable[Row]) -> dict[Row, set[int]]:
    """Whose each of the rows is: by its own column, or by what it belongs to."""
    by_model: dict[type[Model], set[int]] = defaultdict(set)
    for model, key in rows:
        by_model[model].add(key)
    owners: dict[Row, set[int]] = {}
    for model, keys in by_model.items():
        if columns := _columns().get(model):
            for key, *people in model._base_manager.filter(pk__in=keys).values_list("pk", *columns):
                owners[model, key] = {person for person in people if person is not None}
        else:
            links = _links(model, keys)
            above = _owners({row for found in links.values() for row in found})
            for key, found in links.items():
                owners[model, key] = {person for row in found for person in above.get(row, ())}
    return owners
