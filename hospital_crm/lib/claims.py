"""What one works on, and nobody else meanwhile."""

from typing import Any, TypeVar

from django.db import connection, models, transaction

Row = TypeVar("Row", bound=models.Model)
LATER_ON_DISK = {"postgresql": "SET LOCAL synchronous_commit = off;"}  # with whatever is committed next


def hold_name(kind: str, name: str) -> None:
    """Of two who are about to make the same, one waits for the other. SQLite lets one writer in at a time anyway.

    What is not there yet cannot be locked by its row: it is claimed by its name, to the end of the transaction.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{kind}:{name}"])


@transaction.atomic(durable=True)
def take_rows(rows: models.QuerySet[Row], **values: Any) -> list[Row]:
    """These rows hold the values from now on and are returned, in no order; without those that somebody else holds.

    Choosing, writing and reading is one statement in a transaction of its own. Whoever chooses at the same moment gets
    others: PostgreSQL locks each row, SQLite lets one writer in at a time. It is not on the disk before the next
    transaction is: if the machine fails first, nobody has taken the rows, and whoever thinks so finds that out with the
    next UPDATE that the claim guards.
    """
    chosen, known = rows.select_for_update(skip_locked=True).values("pk").query.sql_with_params()
    fields = {field: values[field.name] for field in rows.model._meta.concrete_fields if field.name in values}
    quote = connection.ops.quote_name
    table, key = quote(rows.model._meta.db_table), quote(rows.model._meta.pk.attname)
    new = ", ".join(f"{quote(field.attname)} = %s" for field in fields)
    statement = (
        f"{LATER_ON_DISK.get(connection.vendor, '')} WITH chosen(key) AS MATERIALIZED ({chosen}) "  # noqa: S608  names of our own
        f"UPDATE {table} SET {new} WHERE {key} IN (SELECT key FROM chosen) RETURNING *"
    )
    prepared = [field.get_db_prep_save(value, connection) for field, value in fields.items()]
    return list(rows.model._base_manager.raw(statement, [*known, *prepared]))
