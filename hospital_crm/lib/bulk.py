"""Many new rows at once, with keys known before they are written: for imports and for filling a hospital."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from io import BytesIO
from itertools import chain, islice
from operator import methodcaller
from typing import Any

from django.db import connection, models
from django.db.models import Max

LINES = 20_000  # sent at once
NULL = "\\N"
ESCAPED = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})
JSON = json.JSONEncoder(ensure_ascii=False)


def free_keys(model: type[models.Model], count: int) -> Sequence[int]:
    """So many primary keys that nobody else gets. On SQLite only until the end of the caller's transaction."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [model._meta.db_table])
            (sequence,) = cursor.fetchone()
            cursor.execute("SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [sequence, count])
            return [key for (key,) in cursor.fetchall()]
    last = model._base_manager.aggregate(last=Max("pk"))["last"] or 0
    return range(last + 1, last + 1 + count)


def insert_values(model: type[models.Model], rows: Sequence[Mapping[str, Any]], **same: Any) -> None:
    """Rows of the table: by the names of fields, as `create` takes them; what one does not name has its default."""
    known = {field.name: field for field in model._meta.concrete_fields}
    fields = [known[name] for name in dict.fromkeys(chain.from_iterable(rows))]
    named = [(field.name, field.get_default()) for field in fields]
    lines = ([_key(row.get(name, default)) for name, default in named] for row in rows)
    insert_rows(model, [field.attname for field in fields], lines, **same)


def insert_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]], **same: Any) -> None:
    """The rows are in the table: values as the model's attributes hold them, in the order of `columns` (attnames).

    `same` is what all of them hold; any other column is empty or has its field's default. No service rule is asked:
    that is the caller's. PostgreSQL takes them by COPY, which is several times as fast as INSERT.
    """
    known = {field.attname: field for field in model._meta.concrete_fields}
    fields = [known[name] for name in columns]
    rest = {known[name]: value for name, value in {**_defaults(model, columns), **same}.items()}
    write = _copy if connection.vendor == "postgresql" else _insert
    source = iter(rows)
    while batch := list(islice(source, LINES)):
        write(model, fields, batch, rest)


def _key(value: Any) -> Any:
    return value.pk if isinstance(value, models.Model) else value


def _defaults(model: type[models.Model], columns: Sequence[str]) -> dict[str, Any]:
    needed = (field for field in model._meta.concrete_fields if not (field.null or field.primary_key))
    return {field.attname: field.get_default() for field in needed if field.attname not in columns}


def _copy(
    model: type[models.Model], fields: Sequence[Any], rows: Sequence[Sequence[Any]], rest: Mapping[Any, Any]
) -> None:
    """Column by column, which is much less work than value by value."""
    columns = [_texts(field, values) for field, values in zip(fields, zip(*rows, strict=True), strict=True)]
    end = "".join(f"\t{_texts(field, [value])[0]}" for field, value in rest.items()) + "\n"
    lines = end.join(map("\t".join, zip(*columns, strict=True))) + end
    quote = connection.ops.quote_name
    names = ", ".join(quote(field.column) for field in chain(fields, rest))
    statement = f"COPY {quote(model._meta.db_table)} ({names}) FROM STDIN"
    with connection.cursor() as cursor, connection.wrap_database_errors:  # COPY is the driver's, not Django's
        cursor.copy_expert(statement, BytesIO(lines.encode()), 1 << 20)


def _texts(field: Any, values: Sequence[Any]) -> list[str]:
    """As COPY reads them."""
    text = next((text for kind, text in TEXTS if isinstance(field, kind)), str)
    return [NULL if value is None else text(value) for value in values]


def _escaped(text: str) -> str:
    return text if text.isprintable() and "\\" not in text else text.translate(ESCAPED)


TEXTS: tuple[tuple[type[models.Field[Any, Any]], Callable[[Any], str]], ...] = (
    (models.CharField, _escaped),
    (models.TextField, _escaped),
    (models.DateField, methodcaller("isoformat")),  # times too
    (models.JSONField, lambda value: _escaped(JSON.encode(value))),
)


def _insert(
    model: type[models.Model], fields: Sequence[Any], rows: Sequence[Sequence[Any]], rest: Mapping[Any, Any]
) -> None:
    quote = connection.ops.quote_name
    names = ", ".join(quote(field.column) for field in chain(fields, rest))
    places = ", ".join(["%s"] * (len(fields) + len(rest)))
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({places})"  # noqa: S608  names of our own
    prepared = [field.get_db_prep_save for field in fields]
    end = [field.get_db_prep_save(value, connection) for field, value in rest.items()]
    values = [
        [*(prepare(value, connection) for prepare, value in zip(prepared, row, strict=True)), *end] for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)
