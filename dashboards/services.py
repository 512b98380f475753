"""The audit as a file: asked for on the page, written by the jobs worker."""

import tempfile
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, cast

from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts import audit
from accounts.models import AuditEntry, Staff
from accounts.querysets import AuditEntryQuerySet
from hospital_crm.lib.tables import UTF8_MARK, csv_lines
from jobs.models import Job, StoredFile
from jobs.services import files, jobs

AUDIT_EXPORT = "audit_export"
BATCH_ROWS = 500
Clock = Callable[[], datetime]  # long work takes time: each report carries the moment it was made


def run_next_export(*, now: Clock) -> Job | None:
    """The oldest export that waits is written, or has failed with its reason; None if none waits."""
    job = jobs.claim_job(AUDIT_EXPORT, at=now())
    if job is None:
        return None
    try:
        _export_audit(job, now)
    except jobs.JobLost:
        return job
    except Exception as error:
        jobs.fail_job(job=job, error=type(error).__name__, at=now())
        raise
    return job


def record_download(*, stored: StoredFile, staff: Staff, at: datetime) -> None:
    """That the person fetched the file is in the audit."""
    audit.record(actor=staff.actor, verb="file.downloaded", subject=stored, at=at)


def audit_entries(staff: Staff, parameters: dict[str, Any]) -> AuditEntryQuerySet:
    """What the person may see of the audit and asked for, newest first."""
    since, until = (parameters[name] and date.fromisoformat(parameters[name]) for name in ("since", "until"))
    who = parameters["who"] and Staff.objects.get(pk=parameters["who"])
    visible = AuditEntry.objects.visible_to(staff)
    return visible.matching(who=who, verb=parameters["verb"], since=since, until=until).newest_first()


def _export_audit(job: Job, now: Clock) -> None:
    staff = cast("Staff", job.requested_by.staff)
    # The rows are read batch by batch: on SQLite an open cursor would make the report of progress fail ("database is
    # locked") as soon as anybody else has written in between.
    keys = list(audit_entries(staff, job.parameters).values_list("pk", flat=True))
    with tempfile.TemporaryFile("w+b") as raw, override(job.parameters["language"]):
        raw.write(UTF8_MARK)
        for done, lines in _lines(keys):
            raw.write(lines)
            jobs.report_progress(job=job, done=done, total=len(keys), at=now())
        raw.seek(0)
        _finish(job, staff, File(raw, name="audit.csv"), at=now())


def _finish(job: Job, staff: Staff, content: File[bytes], *, at: datetime) -> None:
    with transaction.atomic():
        # Holds the row: nobody can take the job away once its file is stored.
        jobs.report_progress(job=job, done=job.done, total=job.done, at=at)
        stored = files.store_file(
            name=f"audit-{timezone.localtime(at):%Y%m%d-%H%M}.csv",
            content=content,
            kinds=frozenset({StoredFile.Kind.CSV}),
            is_upload=False,
            actor=staff.actor,
            at=at,
        )
        jobs.finish_job(job=job, result=stored, at=at)


def _lines(keys: list[int]) -> Iterable[tuple[int, bytes]]:
    """CSV text in batches, each with the number of rows up to its end; the heading comes first, with 0."""
    yield 0, csv_lines([[_("When"), _("Who"), _("What"), _("Record"), _("Fields"), _("Address")]])
    entries = AuditEntry.objects.select_related("actor__staff")
    for start in range(0, len(keys), BATCH_ROWS):
        batch = keys[start : start + BATCH_ROWS]
        rows = entries.in_bulk(batch)
        yield (
            start + len(batch),
            csv_lines([_row(entry) for entry in audit.name_subjects([rows[key] for key in batch])]),
        )


def _row(entry: AuditEntry) -> list[str]:
    when = timezone.localtime(entry.at).strftime("%Y-%m-%d %H:%M:%S")
    fields = "; ".join(entry.field_labels)
    return [when, entry.actor.name, entry.verb_name, entry.subject_text, fields, entry.address or ""]
