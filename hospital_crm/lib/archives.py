"""A tar file that can tell whether it is as it was written: its manifest knows the digest of every member, and the
last member the manifest's own.
"""

from __future__ import annotations

import gzip
import json
import os
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import file_digest, sha256
from io import BytesIO
from pathlib import Path
from typing import IO, Any

MANIFEST, SEAL = "manifest.json", "manifest.sha256"
CHUNK = 1 << 20
OWNER_ONLY = 0o600  # it holds every number in clear
BROKEN = (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError, ValueError, OverflowError, RecursionError)


class Damaged(Exception):
    """Not such an archive, not all of it, or not as it was written. Says in one line what is wrong."""


class ArchiveWriter:
    """What is added one after the other; `seal` ends it."""

    def __init__(self, archive: tarfile.TarFile) -> None:
        self._archive = archive
        self._digests: dict[str, str] = {}

    def add(self, name: str, content: IO[bytes], size: int) -> None:
        """So many bytes of the content, from where it stands."""
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = size, OWNER_ONLY
        read = _Digested(content)
        self._archive.addfile(entry, read)  # type: ignore[arg-type]  # it only reads
        self._digests[name] = read.digest.hexdigest()

    def seal(self, manifest: dict[str, Any]) -> None:
        self._add_text(MANIFEST, json.dumps({**manifest, "digests": self._digests}))
        self._add_text(SEAL, self._digests[MANIFEST])

    def _add_text(self, name: str, text: str) -> None:
        content = text.encode()
        self.add(name, BytesIO(content), len(content))


class _Digested:
    def __init__(self, content: IO[bytes]) -> None:
        self._content, self.digest = content, sha256()

    def read(self, size: int) -> bytes:
        found = self._content.read(size)
        self.digest.update(found)
        return found


@contextmanager
def writing(path: Path) -> Iterator[ArchiveWriter]:
    """The file appears under its name when all of it is on the disk, or not at all."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        private = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
        with os.fdopen(private, "wb") as file:
            with tarfile.open(fileobj=file, mode="w:gz", compresslevel=3) as archive:
                yield ArchiveWriter(archive)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
        _keep_names(path.parent)
    finally:
        unfinished.unlink(missing_ok=True)


def _keep_names(folder: Path) -> None:
    """The names in the folder outlive the machine's sudden end, too."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def members(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """Each in turn, to be read before the next one; then all of it was read, the sums of gzip included.

    Raises Damaged.
    """
    try:
        with gzip.open(path) as whole:
            with tarfile.open(fileobj=whole, mode="r|") as archive:
                for member in archive:
                    content = archive.extractfile(member) if member.isfile() else None
                    if content is None:
                        raise Damaged(f"{member.name!a} is no file")
                    yield member.name, content
            while whole.read(CHUNK):
                pass
    except BROKEN as error:
        raise Damaged(one_line(error)) from error


def read_manifest(path: Path) -> dict[str, Any]:
    """What the archive says of itself, after all of it was read and found to be as it was written.

    Raises Damaged.
    """
    found: dict[str, str] = {}
    texts: dict[str, bytes] = {}
    try:
        for name, content in members(path):
            if name in found:
                raise Damaged(f"{name!a} is in it twice")
            if name in (MANIFEST, SEAL):
                texts[name] = content.read()
                content = BytesIO(texts[name])
            found[name] = file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]  # tarfile's read as files
        return _checked(found, texts)
    except BROKEN as error:
        raise Damaged(one_line(error)) from error


def _checked(found: dict[str, str], texts: dict[str, bytes]) -> dict[str, Any]:
    missing = {MANIFEST, SEAL} - found.keys()
    if missing:
        raise Damaged(f"{min(missing)} is missing")
    if texts[SEAL] != found[MANIFEST].encode():
        raise Damaged(f"{MANIFEST} is not as it was written")
    manifest = json.loads(texts[MANIFEST])
    written = manifest.pop("digests", None) if isinstance(manifest, dict) else None
    if not isinstance(written, dict):
        raise Damaged(f"{MANIFEST} is none")
    read = {name: digest for name, digest in found.items() if name not in (MANIFEST, SEAL)}
    if wrong := {name for name, _digest in written.items() ^ read.items()}:
        raise Damaged(f"{min(wrong)!a} is not as it was written")
    return dict(manifest)


def one_line(error: Exception) -> str:
    """The first line of what an error says, which may go on with what stands in a row."""
    return f"{error}".partition("\n")[0].strip() or type(error).__name__
