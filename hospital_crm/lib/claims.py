"""What is not there yet cannot be locked by its row: it is claimed by its name, to the end of the transaction."""

from django.db import connection


def hold_name(kind: str, name: str) -> None:
    """Of two who are about to make the same, one waits for the other. SQLite lets one writer in at a time anyway."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{kind}:{name}"])
