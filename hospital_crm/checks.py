"""System checks of the deployment: run at every start, each a clear line."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections
from django.db.utils import OperationalError


@register(Tags.database)
def database_knows_chinese(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """With LC_CTYPE=C PostgreSQL takes no Chinese character for a letter, and search finds nothing (measured)."""
    return [error for alias in databases or () if (error := _wrong_locale(alias))]


def _wrong_locale(alias: str) -> CheckMessage | None:
    connection = connections[alias]
    if connection.vendor != "postgresql":
        return None
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT datctype FROM pg_database WHERE datname = current_database()")
            (ctype,) = cursor.fetchone()
    except OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        return Error(f"The database cannot be reached: {reason}", id="hospital_crm.E001")
    if ctype not in ("C", "POSIX"):
        return None
    return Error(
        f"The database was made with LC_CTYPE={ctype}, in which Chinese cannot be searched.",
        hint="Make it with LC_CTYPE 'C.UTF-8' (or zh_CN.UTF-8), TEMPLATE template0.",
        id="hospital_crm.E002",
    )
