"""A copy of everything, readable by the same version on either database: rows as JSON lines, files as they are."""

from __future__ import annotations

import json
import shutil
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils._os import safe_join

FORMAT = 1
MANIFEST = "manifest.json"
BATCH_ROWS = 1000
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

    It appears under its name when it is complete, or not at all.
    """
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        with _snapshot(), tarfile.open(unfinished, "w:gz", compresslevel=3) as archive:
            rows = {model._meta.label: _add_rows(archive, model) for model in _models()}
            files = _add_files(archive)
            account = Account(rows, files)
            _add_text(archive, MANIFEST, json.dumps(_manifest(account)))
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return account


def restore_backup(path: Path) -> Account:
    """The empty database and the folder of files hold what the backup holds, and nothing else.

    Raises BackupDoesNotFit: nothing was changed.
    """
    try:
        with tarfile.open(path, "r:gz") as archive:
            account = _check(_read_manifest(archive))
            with transaction.atomic():
                for model in reversed(_models()):
                    model._base_manager.all()._raw_delete(connection.alias)
                for label, expected in account.rows.items():
                    _load_rows(archive, apps.get_model(label), expected)
                _reset_sequences()
                _unpack_files(archive)
    except (tarfile.TarError, EOFError, json.JSONDecodeError, KeyError, SuspiciousFileOperation) as error:
        raise BackupDoesNotFit(f"{path} is no complete backup: {error}") from error
    return account


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


def _add_rows(archive: tarfile.TarFile, model: type[models.Model]) -> int:
    columns = model._meta.concrete_fields
    rows = model._base_manager.order_by("pk").values_list(*(field.attname for field in columns))
    count = 0
    with tempfile.TemporaryFile("w+b") as lines:
        for row in rows.iterator(BATCH_ROWS):
            lines.write(json.dumps([_plain(value) for value in row], ensure_ascii=False).encode() + b"\n")
            count += 1
        _add(archive, f"rows/{model._meta.label}.jsonl", lines, lines.tell())
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


def _load_rows(archive: tarfile.TarFile, model: type[models.Model], expected: int) -> None:
    """As they were written: not through the model, which would set its own times."""
    lines, loaded = _member(archive, f"rows/{model._meta.label}.jsonl"), 0
    with connection.cursor() as cursor:
        for batch in _batched(lines, BATCH_ROWS):
            cursor.executemany(_insert(model), [_values(model, json.loads(line)) for line in batch])
            loaded += len(batch)
    if loaded != expected:
        raise BackupDoesNotFit(f"{model._meta.label}: {loaded} rows instead of {expected}.")


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


def _add_files(archive: tarfile.TarFile) -> int:
    """The contents that rows of this moment name; one removed meanwhile is told by its absence."""
    names = apps.get_model("jobs", "StoredFile")._base_manager.order_by("pk").values_list("content", flat=True)
    count = 0
    for name in names:
        content = Path(settings.MEDIA_ROOT) / name
        if content.is_file():
            archive.add(content, f"files/{name}", recursive=False)
            count += 1
    return count


def _unpack_files(archive: tarfile.TarFile) -> None:
    """Below the folder of files and nowhere else.

    Raises SuspiciousFileOperation where a name leads out of it: tarfile's own filter came with Python 3.11.4.
    """
    for member in archive.getmembers():
        if member.isfile() and member.name.startswith("files/"):
            place = Path(safe_join(settings.MEDIA_ROOT, member.name.removeprefix("files/")))
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("wb") as file:
                shutil.copyfileobj(_member(archive, member.name), file)


def _manifest(account: Account) -> dict[str, Any]:
    applied = sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())
    return {"format": FORMAT, "migrations": applied, "rows": account.rows, "files": account.files}


def _read_manifest(archive: tarfile.TarFile) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(_member(archive, MANIFEST).read())
    return manifest


def _check(manifest: dict[str, Any]) -> Account:
    applied = sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())
    if manifest["format"] != FORMAT or manifest["migrations"] != applied:
        raise BackupDoesNotFit("The backup is of another version: restore it with that one, then migrate.")
    if apps.get_model("accounts", "Staff")._base_manager.exists():
        raise BackupDoesNotFit("The database is not empty: restore into a new one.")
    return Account(manifest["rows"], manifest["files"])


def _reset_sequences() -> None:
    """The next row gets the next free key."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), _models()):
            cursor.execute(statement)


def _member(archive: tarfile.TarFile, name: str) -> IO[bytes]:
    found = archive.extractfile(name)
    if found is None:
        raise KeyError(name)
    return found


def _add_text(archive: tarfile.TarFile, name: str, text: str) -> None:
    content = text.encode()
    _add(archive, name, BytesIO(content), len(content))


def _add(archive: tarfile.TarFile, name: str, content: IO[bytes], size: int) -> None:
    content.seek(0)
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    archive.addfile(entry, content)
