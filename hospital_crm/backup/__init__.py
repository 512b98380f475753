"""A copy of everything, readable by the same version on either database: rows as JSON lines, files as they are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import Error, connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from hospital_crm.lib.archives import Damaged, members, one_line, read_manifest, writing
from messaging.services.recovery import ask_about_restored

from .files import BESIDE, Files, add_files
from .rows import add_rows, kept_models, load_rows, place_of, reset_sequences

FORMAT = 2
NO_RIGHT = "42501"  # PostgreSQL's insufficient_privilege


class BackupDoesNotFit(Exception):
    """Not a backup, of another version, or the database is not empty."""


@dataclass(frozen=True)
class Account:
    """What a backup holds."""

    rows: dict[str, int]  # by the model's label
    files: int


def write_backup(path: Path) -> Account:
    """The file holds all rows of one moment and the contents of their files, while everybody goes on working.

    It appears under its name when all of it is on the disk, or not at all.
    """
    with _snapshot(), writing(path) as archive:
        rows = {model._meta.label: add_rows(archive, model) for model in kept_models()}
        account = Account(rows, add_files(archive))
        archive.seal({"format": FORMAT, "migrations": _applied(), "rows": account.rows, "files": account.files})
    return account


def restore_backup(path: Path, *, at: datetime) -> Account:
    """The empty database and the empty folder of files hold what the backup holds, and nothing else.

    All of it is read and compared with its digests before anything is written. What was to leave the house until now
    is not sent by itself: it may have been since the backup was made.
    Raises BackupDoesNotFit: nothing was changed.
    """
    try:
        _require_room()
        account = _check(read_manifest(path))
        with Files() as files, transaction.atomic():
            for model in reversed(kept_models()):
                model._base_manager.all()._raw_delete(connection.alias)
            _load(path, account, files)
            reset_sequences()
            ask_about_restored(at=at)
            connection.check_constraints()  # all that may fail comes before the files take their place
            files.take_their_place()
    except Damaged as error:
        raise BackupDoesNotFit(f"{path} is no complete backup: {error}.") from error
    except Error as error:
        raise BackupDoesNotFit(f"{path} cannot be restored: {one_line(error)}.{_whose_task(error)}") from error
    return account


def _whose_task(error: Error) -> str:
    """Who has the right that is missing: the services may have a role of their own, which cannot change the audit."""
    if getattr(error.__cause__, "pgcode", "") != NO_RIGHT:
        return ""
    return " It takes the role that owns the tables, the one that migrates."


@contextmanager
def _snapshot() -> Iterator[None]:
    """All reads inside see the same moment, and hold up no writer."""
    connection.ensure_connection()  # SQLite's sets its mode when it opens
    mode = getattr(connection, "transaction_mode", None)
    if connection.vendor == "sqlite":
        connection.transaction_mode = "DEFERRED"  # type: ignore[attr-defined]  # the others' writes begin IMMEDIATE
    try:
        with transaction.atomic(durable=True):
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    finally:
        if connection.vendor == "sqlite":
            connection.transaction_mode = mode  # type: ignore[attr-defined]


def _load(path: Path, account: Account, files: Files) -> None:
    """Each table and each file, in the order of the archive.

    Raises Damaged.
    """
    tables = {place_of(label): label for label in account.rows}
    for name, content in members(path):
        if label := tables.pop(name, ""):
            loaded = load_rows(content, apps.get_model(label))
            if loaded != account.rows[label]:
                raise Damaged(f"{label}: {loaded} rows instead of {account.rows[label]}")
        elif name.startswith("files/"):
            files.unpack(name.removeprefix("files/"), content)
    if tables:
        raise Damaged(f"{min(tables)} is missing")
    if files.count != account.files:
        raise Damaged(f"{files.count} files instead of {account.files}")


def _applied() -> list[str]:
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def _require_room() -> None:
    """Tables, and neither rows nor files of somebody who works here. Raises BackupDoesNotFit."""
    if not _applied():
        raise BackupDoesNotFit("The database has no tables yet: run migrate first.")
    if apps.get_model("accounts", "Staff")._base_manager.exists():
        raise BackupDoesNotFit("The database is not empty: restore into a new one.")
    root = Path(settings.MEDIA_ROOT)
    if any(found.is_file() and BESIDE not in found.relative_to(root).parts for found in root.rglob("*")):
        raise BackupDoesNotFit(f"{root} is not empty: move away what is in it.")


def _check(manifest: dict[str, Any]) -> Account:
    """Raises BackupDoesNotFit, Damaged."""
    if manifest.get("format") != FORMAT or manifest.get("migrations") != _applied():
        raise BackupDoesNotFit("The backup is of another version: restore it with that one, then migrate.")
    rows, files = manifest.get("rows"), manifest.get("files")
    if not isinstance(rows, dict) or rows.keys() != {model._meta.label for model in kept_models()}:
        raise Damaged("it does not name the tables of this version")
    if not isinstance(files, int):
        raise Damaged("it does not say how many files it holds")
    return Account(rows, files)
