"""Many new rows at once, with keys known before they are written: for imports and for filling a hospital."""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import StringIO
from itertools import islice
from operator import attrgetter
from typing import Any

from django.db import connection, models
from django.db.models import Max

LINES = 20_000  # sent at once
ESCAPED = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def free_keys(model: type[models.Model], count: int) -> Sequence[int]:
    """So many primary keys that nobody else gets. On SQLite only until the end of the caller's transaction."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [model._meta.db_table, count],
            )
            return [key for (key,) in cursor.fetchall()]
    last = model._base_manager.aggregate(last=Max("pk"))["last"] or 0
    return range(last + 1, last + 1 + count)


def insert_objects(objects: Sequence[models.Model]) -> None:
    """The objects, all of one model and with their keys, are rows of its table."""
    if objects:
        columns = [field.attname for field in objects[0]._meta.concrete_fields]
        insert_rows(type(objects[0]), columns, map(attrgetter(*columns), objects))


def insert_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """The rows are in the table: values as the model's attributes hold them, in the order of `columns` (attnames).

    No default is filled in and no service rule is asked: that is the caller's. PostgreSQL takes them by COPY, which is
    several times as fast as INSERT.
    """
    known = {field.attname: field for field in model._meta.concrete_fields}
    fields = [known[name] for name in columns]
    source = iter(rows)
    while batch := list(islice(source, LINES)):
        if connection.vendor == "postgresql":
            _copy(model, fields, batch)
        else:
            _insert(model, fields, batch)


def _copy(model: type[models.Model], fields: Sequence[Any], rows: Sequence[Sequence[Any]]) -> None:
    lines = StringIO("".join("\t".join(map(_text, row)) + "\n" for row in rows))
    names = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    with connection.cursor() as cursor, connection.wrap_database_errors:  # COPY is the driver's, not Django's
        cursor.copy_expert(f"COPY {connection.ops.quote_name(model._meta.db_table)} ({names}) FROM STDIN", lines)


def _text(value: Any) -> str:
    """As COPY reads it."""
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value.translate(ESCAPED)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False).translate(ESCAPED)
    return str(value)


def _insert(model: type[models.Model], fields: Sequence[Any], rows: Sequence[Sequence[Any]]) -> None:
    quote = connection.ops.quote_name
    names, places = ", ".join(quote(field.column) for field in fields), ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({places})"  # noqa: S608  names of our own
    prepared = [field.get_db_prep_save for field in fields]
    values = [[prepare(value, connection) for prepare, value in zip(prepared, row, strict=True)] for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)
