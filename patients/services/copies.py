"""A copy of what is held about a person: asked for, written by a job, fetched for a purpose; and how it says things."""

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Actor, AuditEntry, Staff
from hospital_crm.lib.errors import DomainError
from jobs.models import Job, StoredFile
from jobs.services.files import remove_file
from jobs.services.jobs import JobAlreadyOver, cancel_job, request_job
from patients.models import DataRequest, Patient, Phone

from .rights import NotACopy, RequestAlreadyClosed, record_step

KIND = "person_copy"  # of the jobs
FETCHED = "data_request.copy_fetched"  # in the audit
Value = str | int | bool | None | dict[str, str]
Row = dict[str, Value]


class NoCopyYet(DomainError):
    """It is still being written, or was removed in time."""

    message = _("There is no copy to fetch: it is still being written, or its time is over. Ask for a new one.")


class CopyPurpose(models.TextChoices):
    """What the copy is fetched for: in the audit."""

    HAND_OVER = "hand_over", _("To hand it over")
    SEND = "send", _("To send it")
    CHECK = "check", _("To check it beforehand")


@transaction.atomic
def ask_for_copy(*, request: DataRequest, actor: Actor, at: datetime, submission: UUID | None = None) -> Job:
    """A job writes the copy anew; what was written before is no longer fetched.

    Raises NotACopy, RequestAlreadyClosed, DuplicateSubmission.
    """
    if request.is_erasure:
        raise NotACopy
    job = request_job(kind=KIND, parameters={"request": request.pk}, actor=actor, at=at, submission=submission)
    if DataRequest.objects.open().filter(pk=request.pk).update(copy=job) != 1:
        raise RequestAlreadyClosed
    request.refresh_from_db()
    record_step("copy_asked", request, actor=actor, at=at)
    return job


@transaction.atomic
def fetch_copy(*, request: DataRequest, purpose: CopyPurpose, staff: Staff, at: datetime) -> StoredFile:
    """The file; that it was fetched, and what for, is in the audit of the person: it is a look at everything.

    Raises NoCopyYet.
    """
    if request.copy is None or request.copy.result is None:
        raise NoCopyYet
    fields = [f"copy_{purpose}"]
    audit.record(actor=staff.actor, verb=FETCHED, subject=request.patient, at=at, fields=fields)
    return request.copy.result


def next_step(request: DataRequest) -> str:
    """What to do next about a copy: "write" it, "open" it, "answer" once somebody has; "" while it is written."""
    job = request.copy
    if request.is_erasure or (job is not None and job.is_open):
        return ""
    if job is None or job.result is None:
        return "write"
    looks = AuditEntry.objects.about(request.patient).filter(verb=FETCHED, at__gte=job.finished_at)
    return "answer" if request.is_open and looks.exists() else "open"


def end_copies(*people: Patient, actor: Actor, at: datetime) -> None:
    """What was written of them before is fetched no more: it may hold another's, or less than there is."""
    for request in DataRequest.objects.filter(patient__in=people, copy__isnull=False).select_related("copy__result"):
        job = request.copy
        assert job is not None  # noqa: S101  those without were left out
        DataRequest.objects.filter(pk=request.pk).update(copy=None)
        _end_copy(job, actor, at)
        record_step("copy_ended", request, actor=actor, at=at)


def _end_copy(job: Job, actor: Actor, at: datetime) -> None:
    with suppress(JobAlreadyOver):  # perhaps at this very moment: then its result is there
        cancel_job(job=job, actor=actor, at=at)
    job.refresh_from_db()
    if job.result is not None:
        remove_file(job.result)


def own_numbers(patient: Patient) -> Collection[str]:
    """The digits of the phones that are the person's own, as far as anybody knows."""
    own = patient.phones.filter(owner=Phone.Owner.OWN).exclude(checked_as=Phone.Check.WRONG)
    return set(own.values_list("digits", flat=True))


def told_number(number: str, own: Collection[str]) -> str:
    """A number or address as the person may know it: of somebody else's only that it was one."""
    return number if not number.isdigit() or number in own else gettext("Another person's number")


def coded(row: models.Model, field: str) -> Value:
    """A choice, as programs and as people read it; None where nothing was chosen."""
    code = getattr(row, field)
    return {"code": str(code), "text": str(getattr(row, f"get_{field}_display")())} if code else None


def moment(value: datetime | None) -> str | None:
    return timezone.localtime(value).isoformat(timespec="minutes") if value else None


def also_merged(patient: Patient) -> Collection[int]:
    """The keys of the person's record and of those that were found to be the same person's."""
    return set(Patient.objects.filter(Q(pk=patient.pk) | Q(merged_into=patient)).values_list("pk", flat=True))


audit.name_fields({f"copy_{one.value}": format_lazy(_("Purpose: {purpose}"), purpose=one.label) for one in CopyPurpose})
