"""An import from the file to its result: brought, mapped, tried, run batch by batch, and gone on with after a halt."""

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from django.core.files import File
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Actor
from accounts.services.submissions import create_once
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.sheets import Row
from jobs.models import Job, StoredFile
from jobs.services import files, jobs
from patients.models import Import, ImportFault, ImportMapping

from .batches import BatchResult, Order, Seen
from .files import count_rows, open_file, rows_of, sheet_of
from .mappings import Mapping, check_mapping, remember_mapping
from .rows import RowReader
from .writing import write_batch, writer_of

JOB = "patient_import"
KINDS = frozenset({StoredFile.Kind.CSV, StoredFile.Kind.XLSX})
BATCH_ROWS = 1_000
Clock = Callable[[], datetime]
Item = TypeVar("Item")


class ImportNotReady(DomainError):
    """It has no mapping yet, or its file is gone."""

    message = _("Say first which column holds what.")


class ImportIsRunning(DomainError):
    """One run at a time."""

    message = _("This import is running.")


class ImportIsDone(DomainError):
    """Its rows are on file; the corrected file is a new import."""

    message = _("This file was imported already. Bring the corrected file as a new import.")


def bring_file(
    *, kind: ImportMapping.Kind, content: File[bytes], actor: Actor, at: datetime, submission: UUID | None = None
) -> Import:
    """The file is kept, and its heading known, and that it does not break off.

    Raises FileEmpty, FileTooLarge, FileKindRefused, an error of `faults`, DuplicateSubmission.
    """

    def create() -> Import:
        stored = files.store_file(name=content.name or "", content=content, kinds=KINDS, actor=actor, at=at)
        sheet = open_file(Path(stored.content.path), stored.kind)
        return Import.objects.create(
            kind=kind,
            file=stored,
            file_name=stored.name,
            header=sheet.header,
            encoding=sheet.encoding,
            delimiter=sheet.delimiter,
            is_open_ended=sheet.is_open_ended,
            uploaded_by=actor,
            uploaded_at=at,
        )

    with transaction.atomic():
        return create_once(submission=submission, kind=Import._meta.label, create=create, actor=actor, at=at)


@transaction.atomic
def map_columns(*, run: Import, mapping: Mapping, remember_as: str = "", actor: Actor, at: datetime) -> Import:
    """It is known which column holds what; with a name, for the next file too.

    Raises MappingIncomplete, ColumnsMissing, ScopeMissing, ImportIsRunning, ImportIsDone.
    """
    held = _hold(run)
    check_mapping(mapping, held.header)
    held.columns = {field: list(names) for field, names in mapping.columns.items() if names}
    held.scope, held.historic = mapping.scope, mapping.historic
    held.save(update_fields=["columns", "scope", "historic"])
    if remember_as:
        remember_mapping(name=remember_as, mapping=mapping, header=held.header, actor=actor, at=at)
    audit.record(actor=actor, verb="import.mapped", subject=held, at=at)
    return held


@transaction.atomic
def start_import(*, run: Import, is_trial: bool, actor: Actor, at: datetime, submission: UUID | None = None) -> Import:
    """A job waits that imports the rows, or only tries to.

    Raises ImportNotReady, ImportIsRunning, ImportIsDone, DuplicateSubmission.
    """
    held = _hold(run)
    if not held.columns or held.file is None:
        raise ImportNotReady
    parameters = {"import": held.pk, "trial": is_trial}
    job = jobs.request_job(kind=JOB, parameters=parameters, actor=actor, at=at, submission=submission)
    held.faults.all().delete()
    nothing = dict.fromkeys(("position", "created", "updated", "unchanged", "failed", "without_guardian"), 0)
    Import.objects.filter(pk=held.pk).update(job=job, is_trial=is_trial, **nothing)
    held.refresh_from_db()
    return held


def run_next_import(*, now: Clock) -> Job | None:
    """The oldest one that waits is imported, or has failed with its reason; None if none waits."""
    job = jobs.claim_job(JOB, at=now())
    if job is None:
        return None
    try:
        _run(Import.objects.select_related("file").get(job=job), job, now)
    except jobs.JobLost:
        return job
    except DomainError as refusal:
        jobs.fail_job(job=job, error=refusal.code, at=now())
    except Exception as error:
        jobs.fail_job(job=job, error=type(error).__name__, at=now())
        raise
    return job


def mapping_of_run(run: Import) -> Mapping:
    return Mapping(run.kind, run.columns, run.scope, run.historic)


def batches(rows: Iterator[Item]) -> Iterator[list[Item]]:
    """As many as are committed together."""
    while batch := list(islice(rows, BATCH_ROWS)):
        yield batch


def _hold(run: Import) -> Import:
    """The row, to the end of the transaction, as long as it may still be changed."""
    held = Import.objects.select_for_update().get(pk=run.pk)
    if held.is_running:
        raise ImportIsRunning
    if held.is_imported:
        raise ImportIsDone
    return held


def _run(run: Import, job: Job, now: Clock) -> None:
    """Batch by batch; what was committed before a halt is read again for its keys, and not written again."""
    if run.file is None:
        raise ImportNotReady
    sheet, mapping, seen = sheet_of(run, run.file), mapping_of_run(run), Seen()
    total = count_rows(sheet)
    reader = RowReader(mapping, sheet.header)
    rows = rows_of(sheet)
    _note_keys(islice(rows, run.position), reader, seen)
    done = run.position
    jobs.report_progress(job=job, done=done, total=total, at=now())
    for batch in batches(rows):
        order = Order(job.requested_by, now(), run.scope, run.historic, run.is_trial)
        done += len(batch)
        with transaction.atomic():
            result = write_batch(batch, reader=reader, order=order, seen=seen)
            _note(run, result, done)
            jobs.report_progress(job=job, done=done, total=max(done, total), at=now())
    with transaction.atomic():
        jobs.report_progress(job=job, done=done, total=done, at=now())  # blank rows were counted, too
        jobs.finish_job(job=job, result=None, at=now())


def _note_keys(rows: Iterator[Row], reader: RowReader, seen: Seen) -> None:
    writer = writer_of(reader.mapping)
    for row in rows:
        if (read := reader.try_read(row)) is not None:
            seen.update(writer.keys(read))


def _note(run: Import, result: BatchResult, done: int) -> None:
    found = {**result.counts, "without_guardian": result.without_guardian}
    counts = {name: F(name) + number for name, number in found.items()}
    Import.objects.filter(pk=run.pk).update(position=done, **counts)
    ImportFault.objects.bulk_create(
        ImportFault(run=run, row=each.row, field=each.field, code=each.code) for each in result.complaints
    )


audit.name_verbs(
    {
        "import.mapped": _("Columns of an import chosen"),
        "import.faults_fetched": _("Rows that were not imported fetched"),
    }
)
