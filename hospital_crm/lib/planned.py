"""Questions of which PostgreSQL keeps the plan: of a dozen tables, planning takes longer than answering."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import count
from secrets import token_hex
from typing import Any
from weakref import WeakKeyDictionary

from django.db import NotSupportedError, OperationalError

MOST_KEPT = 200  # of one connection: the ten questions of a patient's page for each of twenty kinds of reader
# PostgreSQL's codes for a statement that is gone (a pooler gave us another connection), or whose columns have changed.
OUT_OF_DATE = ("26000", "0A000")

_names: WeakKeyDictionary[Any, dict[str, str]] = WeakKeyDictionary()  # of each open connection, by question
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
        self._types = [kind for kind in types if kind]

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

    For questions whose best plan is the same whatever they ask for: about one row, by its key.
    """
    names = _names.setdefault(connection.connection, {})
    if question.sql not in names:
        if len(names) >= MOST_KEPT:
            cursor.execute(question.sql, values)
            return
        name = f"planned_{os.getpid()}_{_of_ours}_{next(_numbers)}"
        cursor.execute(f"{question.statement(name)}; {_execution(name, values)}", values)  # on one way
        names[question.sql] = name
        return
    try:
        cursor.execute(_execution(names[question.sql], values), values)
    except (OperationalError, NotSupportedError) as error:
        if getattr(error.__cause__, "pgcode", "") not in OUT_OF_DATE:
            raise
        names.clear()
        if connection.in_atomic_block:
            raise
        cursor.execute(question.sql, values)


def _execution(name: str, values: Sequence[Any]) -> str:
    return f"EXECUTE {name} ({', '.join(['%s'] * len(values))})" if values else f"EXECUTE {name}"
