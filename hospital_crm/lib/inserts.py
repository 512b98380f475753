"""New rows, by statements that are put together once a table.

`objects.create` puts its statement together anew for each row; where an act writes six rows, that takes longer than
the database takes to hold them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import connections, models, router

Row = TypeVar("Row", bound=models.Model)


def insert(row: Row) -> Row:
    """The row is in its table and has its key, as `save` leaves it. No signal is sent: nobody here listens."""
    insert_all([row])
    return row


def insert_all(rows: Sequence[Row]) -> Sequence[Row]:
    """All of them, of one table, by one statement."""
    if rows:
        using = router.db_for_write(type(rows[0]))
        for row, (key,) in zip(rows, _written(rows, using), strict=True):
            row.pk, row._state.adding, row._state.db = key, False, using
    return rows


def insert_missing(rows: Sequence[models.Model]) -> None:
    """Those that the table does not hold yet, by one statement and without a transaction around it; none has its key
    afterwards.
    """
    if rows:
        _written(rows, router.db_for_write(type(rows[0])), on_conflict=" ON CONFLICT DO NOTHING")


def _written(rows: Sequence[models.Model], using: str, *, on_conflict: str = "") -> list[tuple[Any]]:
    """The keys of those that were written, in the order of the rows."""
    if any(row.pk is not None for row in rows):
        raise TypeError("A new row has no key yet.")
    start, line, end, prepared = _statement(type(rows[0]), using)
    connection = connections[using]
    values = [prepare(read(row, True), connection) for row in rows for read, prepare in prepared]
    with connection.cursor() as cursor:
        cursor.execute(f"{start}{', '.join([line] * len(rows))}{on_conflict}{end}", values)
        return list(cursor.fetchall())


@cache
def _statement(model: type[models.Model], using: str) -> tuple[str, str, str, Sequence[tuple[Callable[..., Any], ...]]]:
    """How it begins, what it says of each row, how it ends; and how each value is read from a row and prepared."""
    quote, meta = connections[using].ops.quote_name, model._meta
    key: Any = meta.pk
    fields: list[Any] = [field for field in meta.concrete_fields if field is not key]
    columns = ", ".join(quote(field.column) for field in fields)
    start = f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES "  # noqa: S608  names of our own
    prepared = [(field.pre_save, field.get_db_prep_save) for field in fields]
    return start, f"({', '.join(['%s'] * len(fields))})", f" RETURNING {quote(key.column)}", prepared
