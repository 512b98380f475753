"""An import from the file to its result: brought, mapped, tried, run batch by batch, and gone on with after a halt."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from django.core.files import File
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Actor
from accounts.services.submissions import create_once
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.sheets import Row, Sheet, UnreadableSheet, open_sheet
from jobs.models import Job, StoredFile
from jobs.services import files, jobs
from patients.models import Import, ImportFault, ImportMapping

from .batches import BatchResult, Order, Seen, Writer, import_batch
from .faults import error_of
from .mappings import PATIENTS, Mapping, check_mapping, remember_mapping
from .people import PatientWriter
from .rows import RowReader
from .stays import VisitWriter

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
    """The file is kept, and its heading known.

    Raises FileEmpty, FileTooLarge, FileKindRefused, an error of `faults`, DuplicateSubmission.
    """

    def create() -> Import:
        stored = files.store_file(name=content.name or "", content=content, kinds=KINDS, actor=actor, at=at)
        sheet = sheet_of(stored)
        return Import.objects.create(
            kind=kind, file=stored, file_name=stored.name, header=sheet.header, uploaded_by=actor, uploaded_at=at
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
    nothing = dict.fromkeys(("position", "created", "updated", "unchanged", "failed"), 0)
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


def sheet_of(stored: StoredFile) -> Sheet:
    """Raises an error of `faults`."""
    try:
        return open_sheet(Path(stored.content.path), stored.kind)
    except UnreadableSheet as unreadable:
        raise error_of(unreadable) from unreadable


def mapping_of_run(run: Import) -> Mapping:
    return Mapping(run.kind, run.columns, run.scope, run.historic)


def writer_of(mapping: Mapping) -> Writer:
    return PatientWriter(mapping.scope) if mapping.kind == PATIENTS else VisitWriter(mapping.scope)


def write_batch(rows: Sequence[Row], *, reader: RowReader, order: Order, seen: Seen) -> BatchResult:
    """As `import_batch`, in a transaction of its own; once more where somebody wrote the same row a moment ago."""
    writer, before = writer_of(reader.mapping), set(seen)
    try:
        with transaction.atomic():
            return import_batch(rows, reader=reader, writer=writer, order=order, seen=seen)
    except IntegrityError:
        seen.intersection_update(before)
        with transaction.atomic():
            return import_batch(rows, reader=reader, writer=writer, order=order, seen=seen)


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
    sheet, mapping, seen = sheet_of(run.file), mapping_of_run(run), Seen()
    total = _count(sheet)
    reader = RowReader(mapping, sheet.header)
    rows = sheet.rows()
    _note_keys(islice(rows, run.position), reader, seen)
    done = run.position
    jobs.report_progress(job=job, done=done, total=total, at=now())
    for batch in batches(rows):
        order = Order(job.requested_by, now(), run.scope, run.historic, run.is_trial)
        done += len(batch)
        with transaction.atomic():
            result = write_batch(batch, reader=reader, order=order, seen=seen)
            _note(run, result, done)
            jobs.report_progress(job=job, done=done, total=total, at=now())
    jobs.finish_job(job=job, result=None, at=now())


def _count(sheet: Sheet) -> int:
    try:
        return sum(1 for _row in sheet.rows())
    except UnreadableSheet as unreadable:
        raise error_of(unreadable) from unreadable


def _note_keys(rows: Iterator[Row], reader: RowReader, seen: Seen) -> None:
    writer = writer_of(reader.mapping)
    for row in rows:
        if (read := reader.try_read(row)) is not None:
            seen.add(writer.key(read))


def _note(run: Import, result: BatchResult, done: int) -> None:
    counts = {name: F(name) + number for name, number in result.counts.items()}
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
