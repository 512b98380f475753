"""Changes of rows that are put together once and made again and again, each time with other values.

As `lib/prepared.py` does it with questions: of an UPDATE of one row, putting it together takes the ORM longer than the
database takes to make it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any, Generic, TypeVar

from django.db import connections, models, transaction
from django.db.models.sql import UpdateQuery

from .prepared import MOST_KEPT, Gap

Row = TypeVar("Row", bound=models.Model)


class PreparedUpdate(Generic[Row]):
    """One UPDATE of rows of one kind. What they are chosen by, but for the gaps, stands in the key."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, _Statement] = {}

    def made(
        self,
        key: Hashable,
        build: Callable[[], models.QuerySet[Row]],
        values: Mapping[str, Any],
        columns: Mapping[str, Any],
    ) -> int:
        """The rows that `build` chooses, with the values in its gaps, hold the columns; returns how many there were.

        A column may hold an expression, which is the same every time.
        """
        whole = (key, tuple(columns))
        if whole not in self._kept:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[whole] = _Statement(build(), columns)
        return self._kept[whole].made({**values, **{f"new {name}": value for name, value in columns.items()}})


class _Statement:
    def __init__(self, rows: models.QuerySet[Any], columns: Mapping[str, Any]) -> None:
        self._using = rows.db
        query: Any = rows.query.chain(UpdateQuery)
        given = {name: Gap(f"new {name}", rows.model._meta.get_field(name)) for name in columns}
        same = {name: value for name, value in columns.items() if hasattr(value, "resolve_expression")}
        query.add_update_values({**given, **same})
        self._sql, self._params = query.get_compiler(self._using).as_sql()

    def made(self, values: Mapping[str, Any]) -> int:
        connection = connections[self._using]
        filled = [each.filled(values, connection) if isinstance(each, Gap) else each for each in self._params]
        with transaction.mark_for_rollback_on_error(using=self._using), connection.cursor() as cursor:
            cursor.execute(self._sql, filled)
            return int(cursor.rowcount)
