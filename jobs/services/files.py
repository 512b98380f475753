import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Actor
from hospital_crm.lib.errors import DomainError
from institution.models import Setting
from jobs import rules
from jobs.models import StoredFile

STRAY_AFTER = timedelta(days=1)  # nothing is written for so long


class FileTooLarge(DomainError):
    """The file is larger than the hospital allows."""

    field = "file"

    def __init__(self, megabytes: Decimal) -> None:
        super().__init__()
        self._megabytes = f"{megabytes.normalize():f}"

    def __str__(self) -> str:
        return str(format_lazy(_("The file is too large: it may have {most} MB."), most=self._megabytes))


class FileEmpty(DomainError):
    """There is nothing in the file."""

    message = _("The file is empty.")
    field = "file"


class FileKindRefused(DomainError):
    """The name's ending or the content is not of a kind that is taken here."""

    message = _("A file of this kind is not taken here.")
    field = "file"


class FileTextUnreadable(FileKindRefused):
    """Text with NUL bytes: in UTF-16 every other byte of a Latin letter is one."""

    message = _(
        "The characters of this file cannot be read: it may be Unicode text (UTF-16). "
        "Save it as CSV in UTF-8, or as an Excel workbook."
    )


@transaction.atomic
def store_file(
    *,
    name: str,
    content: File[bytes],
    kinds: frozenset[StoredFile.Kind],
    actor: Actor,
    at: datetime,
    is_upload: bool = True,
) -> StoredFile:
    """The file is kept under a name of ours; its kind was checked by ending and by content.

    What the hospital's own jobs write may be larger than what people bring (`is_upload`).

    Raises FileEmpty, FileTooLarge, FileKindRefused, FileTextUnreadable.
    """
    size = content.size or 0
    if size == 0:
        raise FileEmpty
    if is_upload and size > (most := Setting.objects.number("files.largest_megabytes")) * 1024 * 1024:
        raise FileTooLarge(most)
    kind = _kind_of(name, content, kinds)
    digest = hashlib.file_digest(content, "sha256").hexdigest()
    content.seek(0)
    stored = StoredFile(
        name=_last_part(name),
        kind=kind,
        size=size,
        sha256=digest,
        stored_by=actor,
        stored_at=at,
    )
    stored.content.save(f"{digest[:16]}.{kind}", content, save=False)
    stored.save()
    audit.record(actor=actor, verb="file.stored", subject=stored, at=at)
    return stored


def _last_part(name: str) -> str:
    """Without the folders, and without what would break a header."""
    return "".join(filter(str.isprintable, PurePath(name.replace("\\", "/")).name))[-120:]


def _kind_of(name: str, content: File[bytes], kinds: frozenset[StoredFile.Kind]) -> str:
    """Raises FileKindRefused, FileTextUnreadable."""
    head = content.read(rules.HEAD_BYTES)
    content.seek(0)
    kind = rules.kind_of(name, head)
    if kind in kinds:
        return kind
    raise FileTextUnreadable if StoredFile.Kind.CSV in kinds and rules.is_text_with_nul(name, head) else FileKindRefused


def remove_old_files(*, at: datetime) -> int:
    """Results of jobs past their time are gone, row and content; returns how many."""
    days = float(Setting.objects.number("files.keep_result_days"))
    old = StoredFile.objects.filter(job__isnull=False, stored_at__lt=at - timedelta(days=days))
    removed = 0
    for stored in old.iterator():
        remove_file(stored)
        removed += 1
    return removed


def remove_results(*, kind: str) -> int:
    """What jobs of this kind have written is gone before its time; returns how many files."""
    written = list(StoredFile.objects.filter(job__kind=kind))
    for stored in written:
        remove_file(stored)
    return len(written)


def remove_file(stored: StoredFile) -> None:
    """The file is gone, row and content, once the caller's transaction is."""
    # First the row, then the content: what fails in between leaves a file without a row, never a row without a file.
    storage, name = stored.content.storage, stored.content.name
    stored.delete()
    transaction.on_commit(lambda: storage.delete(str(name)))


@contextmanager
def workplace() -> Iterator[str]:
    """A folder for what is being written. Of a worker that was killed, `remove_strays` takes what is left in it."""
    place = Path(settings.MEDIA_ROOT) / "unfinished"
    place.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=place) as folder:
        yield folder


def remove_strays(*, at: datetime) -> int:
    """Content that no row names, for a worker was killed over it, is gone; returns how many files."""
    root, oldest = Path(settings.MEDIA_ROOT), (at - STRAY_AFTER).timestamp()
    known = set(StoredFile.objects.values_list("content", flat=True))
    old = [path for path in root.rglob("*") if path.is_file() and path.stat().st_mtime < oldest]
    strays = [path for path in old if path.relative_to(root).as_posix() not in known]
    for path in strays:
        path.unlink(missing_ok=True)
    return len(strays)


audit.name_verbs({"file.stored": _("File stored"), "file.downloaded": _("File downloaded")})
