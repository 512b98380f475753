"""The rows of a backup: each table as lines of JSON, and back."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date, time
from decimal import Decimal
from itertools import islice
from typing import IO, Any
from uuid import UUID

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management.color import no_style
from django.db import connection, models

from hospital_crm.lib.archives import ArchiveWriter, Damaged

BATCH_ROWS = 1000
NOT_KEPT = {"sessions.Session"}  # people sign in again; nobody finds an open session in a copy


def kept_models() -> list[type[models.Model]]:
    """Every table that is ours to keep, in one order."""
    found = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    return [model for model in found if not model._meta.proxy and model._meta.label not in NOT_KEPT]


def add_rows(archive: ArchiveWriter, model: type[models.Model]) -> int:
    columns = model._meta.concrete_fields
    rows = model._base_manager.order_by("pk").values_list(*(field.attname for field in columns))
    count = 0
    with tempfile.TemporaryFile("w+b") as lines:
        for row in rows.iterator(BATCH_ROWS):
            lines.write(json.dumps([_plain(value) for value in row], ensure_ascii=False).encode() + b"\n")
            count += 1
        size = lines.tell()
        lines.seek(0)
        archive.add(place_of(model._meta.label), lines, size)
    return count


def _plain(value: Any) -> Any:
    """As JSON knows it; times to the microsecond."""
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        return value
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    raise TypeError(f"no way is known to keep {type(value).__name__}")


def place_of(label: str) -> str:
    return f"rows/{label}.jsonl"


def load_rows(lines: IO[bytes], model: type[models.Model]) -> int:
    """As they were written: not through the model, which would set its own times."""
    loaded = 0
    with connection.cursor() as cursor:
        for batch in _batched(lines, BATCH_ROWS):
            try:
                cursor.executemany(_insert(model), [_values(model, json.loads(line)) for line in batch])
            except (ValueError, TypeError, ArithmeticError, RecursionError, ValidationError) as error:
                raise Damaged(f"{model._meta.label}: one of the rows is none") from error
            loaded += len(batch)
    return loaded


def _insert(model: type[models.Model]) -> str:
    quote, columns = connection.ops.quote_name, [str(field.column) for field in model._meta.concrete_fields]
    places = ", ".join(["%s"] * len(columns))
    return f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(map(quote, columns))}) VALUES ({places})"  # noqa: S608  names of our own tables


def _values(model: type[models.Model], row: list[Any]) -> list[Any]:
    fields = zip(model._meta.concrete_fields, row, strict=True)
    return [field.get_db_prep_save(field.to_python(value), connection) for field, value in fields]


def _batched(lines: Iterable[bytes], size: int) -> Iterator[list[bytes]]:
    source = iter(lines)
    while batch := list(islice(source, size)):
        yield batch


def reset_sequences() -> None:
    """The next row gets the next free key."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), kept_models()):
            cursor.execute(statement)
