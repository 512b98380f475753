"""Queries of which PostgreSQL keeps the plan: where a dozen tables are asked, planning takes longer than answering."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

MOST_KEPT = 200  # of one connection: the ten questions of a patient's page for each of twenty kinds of reader

_names: WeakKeyDictionary[Any, dict[str, str]] = WeakKeyDictionary()  # of each open connection, by SQL
_numbers = count(1)  # a name is never used twice, whatever became of its statement


def execute_planned(connection: Any, cursor: Any, sql: str, params: Sequence[Any]) -> None:
    """As `cursor.execute`, and the database keeps the plan for as long as the connection lasts.

    For questions whose best plan is the same whatever they ask for: about one row, by its key.
    """
    names = _names.setdefault(connection.connection, {}) if _keeps_plans(connection) else None
    if names is None or (sql not in names and len(names) >= MOST_KEPT):
        cursor.execute(sql, params)
    elif sql in names:
        cursor.execute(_execution(names[sql], params), params)
    else:
        name, places = f"planned_{next(_numbers)}", tuple(f"${at}" for at, _ in enumerate(params, 1))
        kept = (sql % places).replace("%", "%%")
        cursor.execute(f"PREPARE {name} AS {kept}; {_execution(name, params)}", params)
        names[sql] = name


def _keeps_plans(connection: Any) -> bool:
    """Not behind a pooler that gives each transaction another connection, which Django is told of in this way."""
    return connection.vendor == "postgresql" and not connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS")


def _execution(name: str, params: Sequence[Any]) -> str:
    return f"EXECUTE {name} ({', '.join(['%s'] * len(params))})" if params else f"EXECUTE {name}"
