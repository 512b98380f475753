"""A table that somebody asked for, written as a file by the jobs worker; each app brings its rows and its guard."""

import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any, cast
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.access import Capability
from accounts.models import Staff
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.exports import ExportPurpose
from hospital_crm.lib.filters import told_filter
from hospital_crm.lib.tables import table_file
from jobs.models import Job, StoredFile

from . import files, jobs
from .export_rights import batches, marks_now, marks_then, rights_of

Clock = Callable[[], datetime]  # long work takes time: each report carries the moment it was made


class RightsHaveChanged(DomainError):
    """The file holds what the person might carry away when it was written, and no longer may, or what has changed."""

    message = _("What you may see, or what this file holds, has changed since it was written. Export it once more.")


@dataclass(frozen=True)
class Export:
    """What an app can give away as a table. Whoever asked decides what is in it, at the time at which it is written."""

    kind: str  # of its jobs
    name: str  # of its files, before the day and the hour
    verb: str  # of the audit, when it is asked for
    sees: Capability  # whoever may not see the list may not carry it away either
    heading: Callable[[], Sequence[str]]
    keys: Callable[[Staff, dict[str, Any]], Iterable[int]]  # of the rows asked for, in their order
    rows: Callable[[Staff, list[int]], list[list[str]]]  # of a batch of keys
    # By which it is known that the person may still have the file: the rows asked for, unless these move on anyway.
    marks: Callable[[Staff, dict[str, Any]], Iterable[int]] | None = None
    # Or, where rows come and go all the time: of a batch of the rows in the file, which one may still carry away.
    still: Callable[[Staff, list[int]], Iterable[int]] | None = None
    # What asking for it leaves on record besides, of the filter (`actor`, `at`).
    asked: Callable[..., None] | None = None


def must_see(staff: Staff, export: Export) -> None:
    """Whose figures one may see does not say that one sees the list. Raises PermissionDenied."""
    if not staff.can(export.sees):
        raise PermissionDenied


@transaction.atomic
def request_export(
    *,
    export: Export,
    wanted: dict[str, Any],
    kind: str,
    purpose: ExportPurpose,
    staff: Staff,
    at: datetime,
    submission: UUID | None = None,
    beside: dict[str, Any] | None = None,
) -> Job:
    """A job writes what the list's filter shows, as far as the person may carry it away, as a file of this kind; what
    for is in the audit. `beside`: what the export's own functions must know besides the filter.

    Raises DuplicateSubmission.
    """
    told = {"filter": told_filter(wanted), "at": at.isoformat(), "format": kind, "language": get_language()}
    parameters = {**(beside or {}), **told}
    job = jobs.request_job(kind=export.kind, parameters=parameters, actor=staff.actor, at=at, submission=submission)
    audit.record(actor=staff.actor, verb=export.verb, subject=job, at=at, fields=[f"export_{purpose}"])
    if export.asked:
        export.asked(wanted, actor=staff.actor, at=at)
    return job


def run_next_export(*exports: Export, now: Clock) -> Job | None:
    """The oldest one of these kinds that waits is written, or has failed with its reason; None if none waits."""
    by_kind = {export.kind: export for export in exports}
    job = jobs.claim_job(*by_kind, at=now())
    if job is None:
        return None
    try:
        _write(by_kind[job.kind], job, now)
    except jobs.JobLost:
        return job
    except Exception as error:
        jobs.fail_job(job=job, error=type(error).__name__, at=now())
        raise
    return job


def fetch_export(export: Export, *, pk: int, staff: Staff, at: datetime) -> StoredFile:
    """The file of a finished export that this person asked for; that it was fetched is in the audit.

    Raises Job.DoesNotExist, RightsHaveChanged.
    """
    mine = Job.objects.visible_to(staff).of_kinds(export.kind).filter(result__isnull=False)
    job = mine.select_related("result").get(pk=pk)
    written = job.parameters.get("rights", {})
    if written != rights_of(staff) | marks_now(export, staff, job.parameters, written):
        raise RightsHaveChanged
    stored = cast("StoredFile", job.result)
    audit.record(actor=staff.actor, verb="file.downloaded", subject=stored, at=at)
    return stored


def _write(export: Export, job: Job, now: Clock) -> None:
    """The parameters say in which language and in which format."""
    staff, parameters = cast("Staff", job.requested_by.staff), job.parameters
    kind = parameters["format"]
    # The rows are read batch by batch: on SQLite an open cursor would make the report of progress fail ("database is
    # locked") as soon as anybody else has written in between.
    rights = rights_of(staff)  # before the rows: who loses them meanwhile is refused the file
    keys = list(export.keys(staff, parameters))
    rights |= marks_then(export, staff, parameters, keys)
    with files.workplace() as folder, tempfile.TemporaryFile("w+b", dir=folder) as raw:
        table = table_file(kind, raw, folder)
        with override(parameters["language"]):
            table.write([export.heading()])
            jobs.report_progress(job=job, done=0, total=len(keys), at=now())
            for batch in batches(keys):
                table.write(export.rows(staff, batch))
                jobs.report_progress(job=job, done=job.done + len(batch), total=len(keys), at=now())
        table.close()
        raw.seek(0)
        _finish(export, job, raw, kind, rights=rights, at=now())


def _finish(export: Export, job: Job, raw: IO[bytes], kind: str, *, rights: dict[str, Any], at: datetime) -> None:
    with transaction.atomic():
        # Holds the row: nobody can take the job away once its file is stored.
        jobs.report_progress(job=job, done=job.done, total=job.done, at=at)
        stored = files.store_file(
            name=f"{export.name}-{timezone.localtime(at):%Y%m%d-%H%M}.{kind}",
            content=File(raw, name=f"{export.name}.{kind}"),
            kinds=frozenset({StoredFile.Kind(kind)}),
            is_upload=False,
            actor=job.requested_by,
            at=at,
        )
        jobs.finish_job(job=job, result=stored, at=at, rights=rights)


audit.name_fields(
    {f"export_{one.value}": format_lazy(_("Purpose: {purpose}"), purpose=one.label) for one in ExportPurpose}
)
