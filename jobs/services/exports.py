"""A table that somebody asked for, written as a file by the jobs worker; each app brings its rows and its guard."""

import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import IO, Any, cast

from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts import audit
from accounts.models import Staff
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.tables import table_file
from jobs.models import Job, StoredFile

from . import files, jobs

BATCH_ROWS = 500
CSV = "csv"
Clock = Callable[[], datetime]  # long work takes time: each report carries the moment it was made


class RightsHaveChanged(DomainError):
    """The file holds what the person might carry away when it was written, and no longer may, or what has changed."""

    message = _("What you may see, or what this file holds, has changed since it was written. Export it once more.")


@dataclass(frozen=True)
class Export:
    """What an app can give away as a table. Whoever asked decides what is in it, at the time at which it is written."""

    kind: str  # of its jobs
    name: str  # of its files, before the day and the hour
    heading: Callable[[], Sequence[str]]
    keys: Callable[[Staff, dict[str, Any]], Iterable[int]]  # of the rows asked for, in their order
    rows: Callable[[Staff, list[int]], list[list[str]]]  # of a batch of keys


def run_next_export(export: Export, *, now: Clock) -> Job | None:
    """The oldest one of this kind that waits is written, or has failed with its reason; None if none waits."""
    job = jobs.claim_job(export.kind, at=now())
    if job is None:
        return None
    try:
        _write(export, job, now)
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
    keys = [key for key in export.keys(staff, job.parameters) if key <= written.get("last", 0)]
    if written != _rights_of(staff) | _marks_of(keys, last=written.get("last", 0)):
        raise RightsHaveChanged
    stored = cast("StoredFile", job.result)
    audit.record(actor=staff.actor, verb="file.downloaded", subject=stored, at=at)
    return stored


def _rights_of(staff: Staff) -> dict[str, Any]:
    """What decides which numbers somebody may carry away, and as far as it lies with the person which rows."""
    teams = sorted(staff.teams.values_list("pk", flat=True))
    return {"roles": sorted(staff.roles), "department": staff.department_id, "teams": teams}


def _marks_of(keys: list[int], *, last: int) -> dict[str, Any]:
    """By which the rows up to the last one are known again, whatever may have moved around the person."""
    return {"last": last, "rows": sha256(",".join(map(str, sorted(keys))).encode()).hexdigest()}


def _write(export: Export, job: Job, now: Clock) -> None:
    """The parameters say in which language and in which format; without one it is CSV."""
    staff, parameters = cast("Staff", job.requested_by.staff), job.parameters
    kind = parameters.get("format", CSV)
    # The rows are read batch by batch: on SQLite an open cursor would make the report of progress fail ("database is
    # locked") as soon as anybody else has written in between.
    rights = _rights_of(staff)  # before the rows: who loses them meanwhile is refused the file
    keys = list(export.keys(staff, parameters))
    rights |= _marks_of(keys, last=max(keys, default=0))
    with files.workplace() as folder, tempfile.TemporaryFile("w+b", dir=folder) as raw:
        table = table_file(kind, raw, folder)
        with override(parameters["language"]):
            table.write([export.heading()])
            jobs.report_progress(job=job, done=0, total=len(keys), at=now())
            for start in range(0, len(keys), BATCH_ROWS):
                batch = keys[start : start + BATCH_ROWS]
                table.write(export.rows(staff, batch))
                jobs.report_progress(job=job, done=start + len(batch), total=len(keys), at=now())
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
