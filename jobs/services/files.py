import hashlib
from datetime import datetime, timedelta
from pathlib import PurePath

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Actor
from hospital_crm.lib.errors import DomainError
from institution.models import Setting
from jobs import rules
from jobs.models import StoredFile


class FileTooLarge(DomainError):
    """The file is larger than the hospital allows."""

    message = _("The file is too large.")


class FileEmpty(DomainError):
    """There is nothing in the file."""

    message = _("The file is empty.")


class FileKindRefused(DomainError):
    """The name's ending or the content is not of a kind that is taken here."""

    message = _("A file of this kind is not taken here.")


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

    Raises FileEmpty, FileTooLarge, FileKindRefused.
    """
    size = content.size or 0
    if size == 0:
        raise FileEmpty
    if is_upload and size > Setting.objects.number("files.largest_megabytes") * 1024 * 1024:
        raise FileTooLarge
    kind = rules.kind_of(name, content.read(rules.HEAD_BYTES))
    content.seek(0)
    if kind not in kinds:
        raise FileKindRefused
    digest = hashlib.file_digest(content, "sha256").hexdigest()
    content.seek(0)
    stored = StoredFile(
        name=PurePath(name.replace("\\", "/")).name[-120:],
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


def remove_old_files(*, at: datetime) -> int:
    """Results of jobs past their time are gone, row and content; returns how many."""
    days = float(Setting.objects.number("files.keep_result_days"))
    old = StoredFile.objects.filter(job__isnull=False, stored_at__lt=at - timedelta(days=days))
    removed = 0
    for stored in old.iterator():
        # First the row, then the content: a crash in between leaves a file without a row, never a row without a file.
        content = stored.content
        stored.delete()
        content.delete(save=False)
        removed += 1
    return removed


audit.name_verbs({"file.stored": _("File stored"), "file.downloaded": _("File downloaded")})
