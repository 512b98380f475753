"""The SQLite database of the tests: migrated once, copied from then on until a migration changes; and rows that
several tests share.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from tests import make
from tools.steps import BUILD, ROOT, fingerprint


def ready_made() -> Path:
    migrations = sorted(ROOT.glob("*/migrations/*.py"))
    return BUILD / f"test-{fingerprint(ROOT / 'requirements.txt', *migrations)[:16]}.sqlite3"


def in_memory() -> sqlite3.Connection:
    """The one that Django will open: shared by name within this process, there as long as somebody holds it."""
    name = settings.DATABASES["default"].get("TEST", {}).get("NAME") or "file:memorydb_default?mode=memory&cache=shared"
    return sqlite3.connect(name, uri=True)


def fill(holder: sqlite3.Connection) -> None:
    """Copy what was made before, if anything; Django's `migrate` then finds nothing left to do."""
    if ready_made().exists():
        with sqlite3.connect(f"file:{ready_made()}?mode=ro", uri=True) as source:
            source.backup(holder)
        source.close()


def keep() -> None:
    """Leave a copy for the next process, in place at once or not at all."""
    if ready_made().exists():
        return
    for old in BUILD.glob("test-*.sqlite3"):
        old.unlink(missing_ok=True)
    BUILD.mkdir(exist_ok=True)
    unfinished = BUILD / f"test-{os.getpid()}.unfinished"
    with sqlite3.connect(unfinished) as copy:
        connection.ensure_connection()
        connection.connection.backup(copy)
    copy.close()
    unfinished.rename(ready_made())


@contextmanager
def undone(blocker: DjangoDbBlocker) -> Iterator[None]:
    """For a fixture of a class or of the whole run: what is written meanwhile is there for its tests, then it is gone.

    Tests read such rows anew: an object would carry what one test did to it into the next.
    """
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)
    make.forget()
