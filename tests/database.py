"""The SQLite database of the tests: migrated once, copied from then on until a migration changes; and rows that
several tests share.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker

from tests import make
from tools.steps import BUILD, ROOT, fingerprint


def ready_made() -> Path:
    migrations = sorted(ROOT.glob("*/migrations/*.py"))
    return BUILD / f"test-{fingerprint(Path(__file__), ROOT / 'requirements.txt', *migrations)[:16]}.sqlite3"


def make_ready() -> None:
    """The migrated database stands ready for the processes that will copy it, in place at once or not at all."""
    if ready_made().exists():
        return
    BUILD.mkdir(exist_ok=True)
    for old in BUILD.glob("test-*"):
        old.unlink(missing_ok=True)
    unfinished = BUILD / f"test-{os.getpid()}.unfinished"
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    make.by()  # who makes the rows of nearly every test is there already
    make.forget()
    with closing(sqlite3.connect(unfinished)) as copy:
        connection.connection.backup(copy)
    connection.creation.destroy_test_db(name, verbosity=0)
    unfinished.rename(ready_made())


def in_memory() -> sqlite3.Connection:
    """The one that Django will open: shared by name within this process, there as long as somebody holds it."""
    name = settings.DATABASES["default"].get("TEST", {}).get("NAME") or "file:memorydb_default?mode=memory&cache=shared"
    return sqlite3.connect(name, uri=True)


def fill(holder: sqlite3.Connection) -> None:
    """Copy what stands ready; Django's `migrate` then finds nothing left to do."""
    with closing(sqlite3.connect(f"file:{ready_made()}?mode=ro", uri=True)) as source:
        source.backup(holder)


def copied_back() -> None:
    """From now on a test that commits begins and ends with a copy of what stands ready.

    Emptying every table and writing its first rows again, as Django does, takes thirty times as long.
    """
    plain_end = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def begin(case: type[TransactionTestCase]) -> None:
        if case.serialized_rollback:
            connection.ensure_connection()
            fill(connection.connection)

    def end(case: TransactionTestCase) -> None:
        if case.serialized_rollback:
            fill(connection.connection)
        else:
            plain_end(case)
            make.forget()

    TransactionTestCase._fixture_setup = classmethod(begin)  # type: ignore[attr-defined]
    TransactionTestCase._fixture_teardown = end  # type: ignore[attr-defined]


@contextmanager
def undone(blocker: DjangoDbBlocker) -> Iterator[None]:
    """For a fixture of a class or of the whole run: what is written meanwhile is there for its tests, then it is gone.

    Tests read such rows anew: an object would carry what one test did to it into the next.
    """
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)
    make.forget()
