"""Questions of which PostgreSQL keeps the plan: of a dozen tables, planning takes longer than answering."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from secrets import token_hex
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

from django.db import NotSupportedError, OperationalError

_Key: TypeAlias = tuple[str, tuple[str, ...]]  # of a question: its SQL, the types of its places

MOST_KEPT = 200  # of one connection: the ten questions of a patient's page for each of twenty sets of roles
# PostgreSQL's codes for a statement that is gone (a pooler gave us another connection), or whose columns have changed.
OUT_OF_DATE = ("26000", "0A000")
# One plan for all values from the first time on: PostgreSQL would make five for single ones before it thinks of that.
ONE_FOR_ALL = "SET plan_cache_mode = force_generic_plan"


@dataclass
class _Kept:
    """What an open connection has."""

    names: dict[_Key, str] = field(default_factory=dict)
    is_told: bool = False  # ONE_FOR_ALL, outside of any transaction that might take it back


_kept: WeakKeyDictionary[Any, _Kept] = WeakKeyDictionary()
_numbers = count(1)  # a name is never used twice, whatever became of its statement,
_of_ours = token_hex(4)  # and never that of another process, whose connection a pooler may give us


class PlannedQuestion:
    """SQL with open places for some of its values; the others are written into it, as the constants that they are.

    A constant that were a place too would lose its type (in what is selected, a boolean would come back as text), and
    PostgreSQL could not prove from it that a partial index fits.
    """

    def __init__(self, sql: str, params: Sequence[Any], types: Sequence[str | None], cursor: Any) -> None:
        """`types` holds the database's type of each open place, and None for a constant."""
        written = [
            "%s" if kind else cursor.mogrify("%s", [value]).decode().replace("%", "%%")
            for value, kind in zip(params, types, strict=True)
        ]
        self.sql = sql.replace("%%", "%%%%") % tuple(written)
        self._types = tuple(kind for kind in types if kind)
        self.key: _Key = self.sql, self._types

    def statement(self, name: str) -> str:
        places = tuple(f"${at}" for at, _ in enumerate(self._types, 1))
        taken = f" ({', '.join(self._types)})" if self._types else ""
        kept = (self.sql % places).replace("%", "%%")
        return f"PREPARE {name}{taken} AS {kept}"


def keeps_plans(connection: Any) -> bool:
    """Not behind a pooler that gives each transaction another connection, which Django is told of in this way."""
    return connection.vendor == "postgresql" and not connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS")


def execute_planned(connection: Any, cursor: Any, question: PlannedQuestion, values: Sequence[Any]) -> None:
    """The cursor has the answer; the database keeps the plan for as long as the connection lasts.

    For questions whose best plan is the same whatever they ask for (docs/decisions/0026).
    """
    kept = _kept.get(connection.connection) or _kept.setdefault(connection.connection, _Kept())
    name = kept.names.get(question.key)
    if name is None:
        if len(kept.names) >= MOST_KEPT:
            cursor.execute(question.sql, values)
            return
        name = f"planned_{os.getpid()}_{_of_ours}_{next(_numbers)}"
        _send(f"{question.statement(name)}; {_execution(name, values)}", values, connection, cursor, kept)
        kept.names[question.key] = name
        return
    try:
        _send(_execution(name, values), values, connection, cursor, kept)
    except (OperationalError, NotSupportedError) as error:
        if getattr(error.__cause__, "pgcode", "") not in OUT_OF_DATE:
            raise
        del _kept[connection.connection]
        if connection.in_atomic_block:
            raise
        cursor.execute(question.sql, values)


def _send(sql: str, values: Sequence[Any], connection: Any, cursor: Any, kept: _Kept) -> None:
    """All on one way to the database, which is told as often as it may have forgotten."""
    cursor.execute(sql if kept.is_told else f"{ONE_FOR_ALL}; {sql}", values)
    kept.is_told = kept.is_told or connection.get_autocommit()


def _execution(name: str, values: Sequence[Any]) -> str:
    return f"EXECUTE {name} ({', '.join(['%s'] * len(values))})" if values else f"EXECUTE {name}"
