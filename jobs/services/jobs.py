from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Actor
from accounts.services.submissions import create_once
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.naming import Called
from institution.models import Setting
from jobs.models import Job, StoredFile

MAX_ATTEMPTS = 3


class JobAlreadyOver(DomainError):
    """Only a job that waits or runs can be cancelled."""

    message = _("This job is over already.")


class JobLost(DomainError):
    """The worker no longer holds the job: it was cancelled, or given to another after a silence."""

    message = _("This job was cancelled or taken over.")


def request_job(
    *, kind: str, parameters: dict[str, Any], actor: Actor, at: datetime, submission: UUID | None = None
) -> Job:
    """The job waits for a worker.

    Raises DuplicateSubmission.
    """

    def create() -> Job:
        job = Job.objects.create(kind=kind, parameters=parameters, requested_by=actor, requested_at=at)
        audit.record(actor=actor, verb="job.requested", subject=job, at=at)
        return job

    made = f"{Job._meta.label}:{kind}"
    with transaction.atomic():
        return create_once(submission=submission, kind=made, create=create, actor=actor, at=at)


def claim_job(*kinds: str, at: datetime) -> Job | None:
    """The oldest waiting job of these kinds now runs here, or None. Two workers never hold the same one."""
    waiting = Job.objects.of_kinds(*kinds).filter(state=Job.State.QUEUED).order_by("pk")
    for pk, attempt in waiting.values_list("pk", "attempt")[:10]:
        claimed = Job.objects.filter(pk=pk, state=Job.State.QUEUED).update(
            state=Job.State.RUNNING, attempt=attempt + 1, heartbeat_at=at, done=0, total=None
        )
        if claimed:
            return Job.objects.select_related("requested_by__staff").get(pk=pk)
    return None


def report_progress(*, job: Job, done: int, total: int, at: datetime) -> None:
    """The row says how far the work is, and that the worker lives.

    Raises JobLost: the worker must stop.
    """
    _update_held(job, done=done, total=total, heartbeat_at=at)


@transaction.atomic
def finish_job(*, job: Job, result: StoredFile | None, at: datetime, rights: dict[str, Any] | None = None) -> None:
    """The job is done and its file can be fetched; `rights`: what whoever asked might see when it was written.

    Raises JobLost.
    """
    kept = {} if rights is None else {"parameters": {**job.parameters, "rights": rights}}
    _update_held(job, state=Job.State.DONE, result=result, finished_at=at, **kept)


def fail_job(*, job: Job, error: str, at: datetime) -> None:
    """The job has failed for good, with a reason for the log; the person sees it in the list.

    Raises JobLost.
    """
    _update_held(job, state=Job.State.FAILED, error=error[:200], finished_at=at)


@transaction.atomic
def cancel_job(*, job: Job, actor: Actor, at: datetime) -> Job:
    """The job will not go on; a running worker notices at its next report.

    Raises JobAlreadyOver.
    """
    if Job.objects.open().filter(pk=job.pk).update(state=Job.State.CANCELLED, finished_at=at) != 1:
        raise JobAlreadyOver
    audit.record(actor=actor, verb="job.cancelled", subject=job, at=at)
    job.refresh_from_db()
    return job


def requeue_stuck(*, at: datetime) -> int:
    """Jobs whose worker fell silent wait again, or have failed after MAX_ATTEMPTS; returns how many were touched."""
    silence = timedelta(minutes=float(Setting.objects.number("jobs.silence_minutes")))
    silent = Job.objects.silent_since(at - silence)
    failed = silent.filter(attempt__gte=MAX_ATTEMPTS).update(
        state=Job.State.FAILED, error="the worker died", finished_at=at
    )
    return failed + silent.update(state=Job.State.QUEUED, heartbeat_at=None)


def forget_words(*, words: Collection[str], at: datetime) -> int:
    """No job that is over remembers for whom it looked, in whichever spelling; what still waits for one of these is
    cancelled, and nothing else. How many.
    """
    called = Called(words)
    asked = Job.objects.filter(parameters__filter__has_key="q").exclude(parameters__filter__q="")
    waiting = [job for job in asked.open() if called.is_sought_by(str(job.parameters["filter"]["q"]))]
    Job.objects.open().filter(pk__in=[job.pk for job in waiting]).update(state=Job.State.CANCELLED, finished_at=at)
    found = [job for job in asked.all() if not job.is_open]
    for job in found:
        job.parameters["filter"]["q"] = ""
        Job.objects.filter(pk=job.pk).update(parameters=job.parameters)
    return len(found)


def _update_held(job: Job, **values: Any) -> None:
    """Only the claim that this worker holds may write: same attempt, still running."""
    held = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, attempt=job.attempt)
    if held.update(**values) != 1:
        raise JobLost
    job.refresh_from_db()


audit.name_verbs({"job.requested": _("Background job asked for"), "job.cancelled": _("Background job cancelled")})
