"""The files of a backup, as they are."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import IO

from django.apps import apps
from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.utils._os import safe_join

from hospital_crm.lib.archives import ArchiveWriter, Damaged

BESIDE = "restoring"  # below the folder of files, which may be a disk of its own


def add_files(archive: ArchiveWriter) -> int:
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


class Files:
    """The files of a backup: unpacked into a folder of their own, on the same disk; then all of them take their place,
    or none does.
    """

    def __init__(self) -> None:
        self._root, self._beside = Path(settings.MEDIA_ROOT), Path(settings.MEDIA_ROOT) / BESIDE
        self._moved: list[Path] = []
        self.count = 0

    def __enter__(self) -> Files:
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
