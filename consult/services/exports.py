"""Calls as a file: asked for on the list, written by the jobs worker."""

import tempfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import IO, Any, cast

from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts import audit
from accounts.access import Capability
from accounts.models import Staff
from consult.models import Call
from consult.querysets import CallQuerySet
from hospital_crm.lib.tables import table_file
from institution.models import ReferenceItem
from jobs.models import Job, StoredFile
from jobs.services import files, jobs
from patients.models import Patient

CALL_EXPORT = "call_export"
BATCH_ROWS = 500
Clock = Callable[[], datetime]  # long work takes time: each report carries the moment it was made


def run_next_export(*, now: Clock) -> Job | None:
    """The oldest export that waits is written, or has failed with its reason; None if none waits."""
    job = jobs.claim_job(CALL_EXPORT, at=now())
    if job is None:
        return None
    try:
        _export_calls(job, now)
    except jobs.JobLost:
        return job
    except Exception as error:
        jobs.fail_job(job=job, error=type(error).__name__, at=now())
        raise
    return job


def record_download(*, stored: StoredFile, staff: Staff, at: datetime) -> None:
    """That the person fetched the file is in the audit."""
    audit.record(actor=staff.actor, verb="file.downloaded", subject=stored, at=at)


def calls_asked_for(staff: Staff, parameters: dict[str, Any]) -> CallQuerySet:
    """What the person may carry away of what was asked for, newest first."""
    asked = dict(parameters["filter"])
    if day := asked.pop("day", None):
        asked["day"] = date.fromisoformat(day)
    if who := asked.pop("handled_by", None):
        asked["handled_by"] = Staff.objects.get(pk=who)
    if topic := asked.pop("topic", None):
        asked["topic"] = ReferenceItem.objects.get(pk=topic)
    return Call.objects.exportable_by(staff).matching(**asked).newest_first()


def _export_calls(job: Job, now: Clock) -> None:
    staff = cast("Staff", job.requested_by.staff)
    kind = job.parameters["format"]
    # Read batch by batch: on SQLite an open cursor would make the report of progress fail.
    keys = list(calls_asked_for(staff, job.parameters).values_list("pk", flat=True))
    with tempfile.TemporaryFile("w+b") as raw, override(job.parameters["language"]):
        table = table_file(kind, raw)
        table.write([_heading()])
        for done, rows in _batches(keys, in_clear=staff.can(Capability.EXPORT_NUMBERS)):
            table.write(rows)
            jobs.report_progress(job=job, done=done, total=len(keys), at=now())
        table.close()
        raw.seek(0)
        _finish(job, staff, raw, kind, at=now())


def _finish(job: Job, staff: Staff, raw: IO[bytes], kind: str, *, at: datetime) -> None:
    with transaction.atomic():
        # Holds the row: nobody can take the job away once its file is stored.
        jobs.report_progress(job=job, done=job.done, total=job.done, at=at)
        stored = files.store_file(
            name=f"calls-{timezone.localtime(at):%Y%m%d-%H%M}.{kind}",
            content=File(raw, name=f"calls.{kind}"),
            kinds=frozenset({StoredFile.Kind.CSV, StoredFile.Kind.XLSX}),
            is_upload=False,
            actor=staff.actor,
            at=at,
        )
        jobs.finish_job(job=job, result=stored, at=at)


def _batches(keys: list[int], *, in_clear: bool) -> Iterator[tuple[int, list[list[str]]]]:
    for start in range(0, len(keys), BATCH_ROWS):
        batch = keys[start : start + BATCH_ROWS]
        rows = Call.objects.with_card().in_bulk(batch)
        yield start + len(batch), [_row(rows[key], in_clear=in_clear) for key in batch]


def _heading() -> list[str]:
    return [
        _("Began"), _("Length"), _("Direction"), _("Channel"), _("Who"), _("Patient"), _("Number"), _("Phone"),
        _("Caller is"), _("Sex"), _("Age"), _("Lives in"), _("Media source"), _("Topic"), _("Department"),
        _("Question"), _("Answer"), _("How it ended"), _("Voided"),
    ]  # fmt: skip


def _row(call: Call, *, in_clear: bool) -> list[str]:
    topics = list(call.topics.all())
    number = call.digits if in_clear and call.digits else call.masked
    return [
        timezone.localtime(call.started_at).strftime("%Y-%m-%d %H:%M:%S"),
        call.clock,
        call.get_direction_display(),
        call.get_channel_display(),
        call.handled_by.name,
        call.person_name,
        call.target.number if isinstance(call.target, Patient) else "",
        number,
        call.relation.label if call.relation else "",
        call.get_sex_display(),
        "" if call.age is None else str(call.age),
        call.residence,
        call.source.label if call.source else "",
        "; ".join(row.topic.label for row in topics),
        "; ".join(row.department.name for row in topics if row.department),
        "\n".join(row.question for row in topics if row.question),
        "\n".join(row.answer for row in topics if row.answer),
        call.get_disposition_display(),
        call.void_reason,
    ]
