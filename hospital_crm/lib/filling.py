"""An empty database that is filled at once: indexes are made and foreign keys asked at the end, which is much less work
than row by row.
"""

import gc
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from django.db import connection, models

INDEXES = """
SELECT i.indrelid::regclass::text, c.oid::regclass::text, pg_get_indexdef(c.oid), k.conname
FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid
LEFT JOIN pg_constraint k ON k.conindid = c.oid AND k.contype = 'u'
WHERE i.indrelid = ANY(%s::regclass[]) AND NOT i.indisprimary
ORDER BY array_position(%s::regclass[], i.indrelid::regclass), c.relname
"""
FOREIGN_KEYS = """
SELECT k.conrelid::regclass::text, k.conname, replace(pg_get_constraintdef(k.oid), ' NOT VALID', '')
FROM pg_constraint k
WHERE k.conrelid = ANY(%s::regclass[]) AND k.contype = 'f'
ORDER BY array_position(%s::regclass[], k.conrelid::regclass), k.conname
"""


@dataclass(frozen=True)
class Index:
    table: str
    name: str
    definition: str
    constraint: str | None  # that it stands for

    @property
    def drop(self) -> str:
        if self.constraint:
            return f'ALTER TABLE {self.table} DROP CONSTRAINT "{self.constraint}"'
        return f"DROP INDEX {self.name}"

    @property
    def attach(self) -> str:
        return f'ALTER TABLE {self.table} ADD CONSTRAINT "{self.constraint}" UNIQUE USING INDEX {self.name}'


@dataclass(frozen=True)
class ForeignKey:
    table: str
    name: str
    definition: str

    @property
    def drop(self) -> str:
        return f'ALTER TABLE {self.table} DROP CONSTRAINT "{self.name}"'

    @property
    def add(self) -> str:
        return f'ALTER TABLE {self.table} ADD CONSTRAINT "{self.name}" {self.definition} NOT VALID'

    @property
    def validate(self) -> str:
        return f'ALTER TABLE {self.table} VALIDATE CONSTRAINT "{self.name}"'


@contextmanager
def filling(tables: Sequence[type[models.Model]], *, processes: int) -> Iterator[None]:
    """Until it ends the tables have no index but that of their keys, and nobody asks whether a foreign key leads
    anywhere; on PostgreSQL. Whoever is killed in between has to make the database anew.

    Name the largest tables first, so that all processes have something to do. Raises IntegrityError where a row holds
    what the tables do not allow.
    """
    if connection.vendor != "postgresql":
        yield
        return
    names = [connection.ops.quote_name(model._meta.db_table) for model in tables]
    indexes = [Index(*row) for row in _rows(INDEXES, names)]
    keys = [ForeignKey(*row) for row in _rows(FOREIGN_KEYS, names)]
    _run(f"ALTER TABLE {name} SET (autovacuum_enabled = false)" for name in names)
    _run([*(key.drop for key in keys), *(index.drop for index in indexes)])
    try:
        yield
    finally:
        _at_once(processes, [[index.definition] for index in indexes])
        _run(index.attach for index in indexes if index.constraint)
        _run(key.add for key in keys)
        _at_once(processes, [[key.validate for key in each] for _, each in groupby(keys, attrgetter("table"))])
        _at_once(processes, [[f"ANALYZE {name}"] for name in names])
        _run(f"ALTER TABLE {name} RESET (autovacuum_enabled)" for name in names)


def hurry() -> None:
    """What this process commits is on the disk a moment later: if the machine fails, the filling is begun anew.

    Nor does it look for garbage: rows by the hundred thousand are none, and looking at them takes a third of its time.
    """
    gc.disable()
    if connection.vendor == "postgresql":
        _run(["SET synchronous_commit = off"])


def _rows(query: str, tables: list[str]) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, [tables, tables])
        rows: list[tuple[str, ...]] = cursor.fetchall()
        return rows


def _run(statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _at_once(processes: int, work: Sequence[Sequence[str]]) -> None:
    """Each piece of work in a connection of its own: the database server's processes do it."""

    def alone(statements: Sequence[str]) -> None:
        try:
            _run(["SET max_parallel_maintenance_workers = 0", *statements])
        finally:
            connection.close()

    with ThreadPoolExecutor(processes) as pool:
        list(pool.map(alone, work))
