"""A copy of everything, readable by the same version on either database: rows as JSON lines, files as they are."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation, ValidationError
from django.core.management.color import no_style
from django.db import Error, connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils._os import safe_join

from hospital_crm.lib.archives import ArchiveWriter, Damaged, members, one_line, read_manifest, writing
from messaging.services.recovery import ask_about_restored

FORMAT = 2
BATCH_ROWS = 1000
BESIDE = "restoring"  # below the folder of files, which may be a disk of its own
NO_RIGHT = "42501"  # PostgreSQL's insufficient_privilege
NOT_KEPT = {"sessions.Session"}  # people sign in again; nobody finds an open session in a copy


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
        rows = {model._meta.label: _add_rows(archive, model) for model in _models()}
        account = Account(rows, _add_files(archive))
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
        with _Files() as files, transaction.atomic():
            for model in reversed(_models()):
                model._base_manager.all()._raw_delete(connection.alias)
            _load(path, account, files)
            _reset_sequences()
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


def _models() -> list[type[models.Model]]:
    """Every table that is ours to keep, in one order."""
    found = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    return [model for model in found if not model._meta.proxy and model._meta.label not in NOT_KEPT]


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


def _add_rows(archive: ArchiveWriter, model: type[models.Model]) -> int:
    columns = model._meta.concrete_fields
    rows = model._base_manager.order_by("pk").values_list(*(field.attname for field in columns))
    count = 0
    with tempfile.TemporaryFile("w+b") as lines:
        for row in rows.iterator(BATCH_ROWS):
            lines.write(json.dumps([_plain(value) for value in row], ensure_ascii=False).encode() + b"\n")
            count += 1
        size = lines.tell()
        lines.seek(0)
        archive.add(_place_of(model._meta.label), lines, size)
    return count


def _plain(value: Any) -> Any:
    """As JSON knows it; times to the microsecond."""
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        return value
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    raise TypeError(f"no way is known to keep {type(value).__name__}")


def _place_of(label: str) -> str:
    return f"rows/{label}.jsonl"


def _load(path: Path, account: Account, files: _Files) -> None:
    """Each table and each file, in the order of the archive.

    Raises Damaged.
    """
    tables = {_place_of(label): label for label in account.rows}
    for name, content in members(path):
        if label := tables.pop(name, ""):
            loaded = _load_rows(content, apps.get_model(label))
            if loaded != account.rows[label]:
                raise Damaged(f"{label}: {loaded} rows instead of {account.rows[label]}")
        elif name.startswith("files/"):
            files.unpack(name.removeprefix("files/"), content)
    if tables:
        raise Damaged(f"{min(tables)} is missing")
    if files.count != account.files:
        raise Damaged(f"{files.count} files instead of {account.files}")


def _load_rows(lines: IO[bytes], model: type[models.Model]) -> int:
    """As they were written: not through the model, which would set its own times."""
    loaded = 0
    with connection.cursor() as cursor:
        for batch in _batched(lines, BATCH_ROWS):
            try:
                cursor.executemany(_insert(model), [_values(model, json.loads(line)) for line in batch])
            except (ValueError, TypeError, ArithmeticError, RecursionError, ValidationError) as error:
                raise Damaged(f"{model._meta.label}: one of the rows is none") from error
            loaded += len(batch)
    return loaded


def _insert(model: type[models.Model]) -> str:
    quote, columns = connection.ops.quote_name, [str(field.column) for field in model._meta.concrete_fields]
    places = ", ".join(["%s"] * len(columns))
    return f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(map(quote, columns))}) VALUES ({places})"  # noqa: S608  names of our own tables


def _values(model: type[models.Model], row: list[Any]) -> list[Any]:
    fields = zip(model._meta.concrete_fields, row, strict=True)
    return [field.get_db_prep_save(field.to_python(value), connection) for field, value in fields]


def _batched(lines: Iterable[bytes], size: int) -> Iterator[list[bytes]]:
    source = iter(lines)
    while batch := list(islice(source, size)):
        yield batch


def _add_files(archive: ArchiveWriter) -> int:
    """The contents that rows of this moment name; one removed meanwhile is told by its absence."""
    names = apps.get_model("jobs", "StoredFile")._base_manager.order_by("pk").values_list("content", flat=True)
    count = 0
    for name in names:
        try:
            with (Path(settings.MEDIA_ROOT) / name).open("rb") as content:
                archive.add(f"files/{name}", content, os.fstat(content.fileno()).st_size)
        except FileNotFoundError:
            continue
        count += 1
    return count


class _Files:
    """The files of a backup: unpacked into a folder of their own, on the same disk; then all of them take their place,
    or none does.
    """

    def __init__(self) -> None:
        self._root, self._beside = Path(settings.MEDIA_ROOT), Path(settings.MEDIA_ROOT) / BESIDE
        self._moved: list[Path] = []
        self.count = 0

    def __enter__(self) -> _Files:
        shutil.rmtree(self._beside, ignore_errors=True)  # of one that was killed
        self._beside.mkdir(parents=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        for place in self._moved if kind is not None else ():
            place.unlink(missing_ok=True)
        shutil.rmtree(self._beside)

    def unpack(self, name: str, content: IO[bytes]) -> None:
        """Below the folder of files and nowhere else.

        Raises Damaged where a name leads out of it: tarfile's own filter came with Python 3.11.4.
        """
        try:
            place = Path(safe_join(self._beside, name))
        except SuspiciousFileOperation as error:
            raise Damaged(f"{name!a} leads out of the folder of files") from error
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("wb") as file:
            shutil.copyfileobj(content, file)
        self.count += 1

    def take_their_place(self) -> None:
        os.sync()  # rows that are committed must not name what the disk does not hold yet
        for file in [found for found in self._beside.rglob("*") if found.is_file()]:
            place = self._root / file.relative_to(self._beside)
            place.parent.mkdir(parents=True, exist_ok=True)
            self._moved.append(file.rename(place))


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
    if not isinstance(rows, dict) or rows.keys() != {model._meta.label for model in _models()}:
        raise Damaged("it does not name the tables of this version")
    if not isinstance(files, int):
        raise Damaged("it does not say how many files it holds")
    return Account(rows, files)


def _reset_sequences() -> None:
    """The next row gets the next free key."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), _models()):
            cursor.execute(statement)
