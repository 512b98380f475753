"""One act for each patient of a selection, by a job: each app brings its kinds of acts and its guard.

A batch and how far it reached are written in one transaction: a killed worker loses nothing and does nothing twice.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts import audit
from accounts.access import Capability
from accounts.models import Staff
from accounts.services.submissions import create_once
from hospital_crm.lib.errors import DomainError
from jobs.models import Job
from jobs.services import jobs
from patients.models import BulkAct, BulkRefusal, Patient, Selection

from .selections import people_of

AT_ONCE = 100  # patients whose rows are written together
Clock = Callable[[], datetime]


class MayNotAnyMore(DomainError):
    """Whoever asked for it has lost the right meanwhile, or has left."""

    message = _("You may not do this for many at once.")


class Unchanged(Exception):
    """For this patient there was nothing to do."""


@dataclass(frozen=True)
class Kind:
    """An act that can be done for many: `prepare` reads what all of them need once, `act` does it for one.

    `act` raises Unchanged, or the error of its service, which refuses this one only. `check` raises what ends it, asked
    before each batch: whether whoever asked may still have it done.
    """

    kind: str  # of its acts and of their jobs
    prepare: Callable[[BulkAct], Any]
    act: Callable[[Any, Patient, BulkAct, Staff, datetime], object]
    check: Callable[[Any, Staff], None] = lambda _prepared, _staff: None


@dataclass
class Tally:
    """What became of a batch."""

    done: int = 0
    unchanged: int = 0
    refusals: list[BulkRefusal] = field(default_factory=list)


def request_act(
    *,
    kind: Kind,
    selection: Selection,
    parameters: dict[str, Any],
    told: Callable[[], str],
    staff: Staff,
    at: datetime,
    submission: UUID | None = None,
) -> BulkAct:
    """A job does it for each patient of the selection; `told` says what, in the language that is active then.

    Raises DuplicateSubmission.
    """

    def create() -> BulkAct:
        job = jobs.request_job(kind=kind.kind, parameters={}, actor=staff.actor, at=at)
        asked = {"kind": kind.kind, "parameters": parameters, "words": in_every_language(told)}
        act = BulkAct.objects.create(selection=selection, job=job, **asked)
        Job.objects.filter(pk=job.pk).update(parameters={"act": act.pk})
        audit.record(actor=staff.actor, verb="patients.bulk_requested", subject=act, at=at)
        return act

    with transaction.atomic():
        return create_once(submission=submission, kind=BulkAct._meta.label, create=create, actor=staff.actor, at=at)


def run_next_act(kind: Kind, *, now: Clock) -> Job | None:
    """The oldest one of this kind that waits is done, or has failed with its reason; None if none waits."""
    job = jobs.claim_job(kind.kind, at=now())
    if job is None:
        return None
    try:
        _run(kind, BulkAct.objects.with_card().get(job=job), job, now)
    except jobs.JobLost:
        return job
    except DomainError as refusal:
        jobs.fail_job(job=job, error=refusal.code, at=now())
    except Exception as error:
        jobs.fail_job(job=job, error=type(error).__name__, at=now())
        raise
    return job


def _run(kind: Kind, act: BulkAct, job: Job, now: Clock) -> None:
    """In the order of the keys, from where it was; who that is is asked anew for each batch."""
    staff = cast("Staff", act.selection.chosen_by.staff)
    before = act.done + act.unchanged + act.refused
    total = before + people_of(act.selection, staff).filter(pk__gt=act.position).count()
    jobs.report_progress(job=job, done=before, total=total, at=now())
    prepared, done = kind.prepare(act), before
    while patients := _next(kind, prepared, act, staff):
        with transaction.atomic():
            tally = Tally()
            for patient in patients:
                _do(kind, prepared, patient, act, staff, now(), tally)
            _note(act, tally, patients[-1].pk)
            done += len(patients)
            jobs.report_progress(job=job, done=done, total=max(done, total), at=now())
    jobs.finish_job(job=job, result=None, at=now())


def _next(kind: Kind, prepared: Any, act: BulkAct, staff: Staff) -> list[Patient]:
    """Raises MayNotAnyMore, and what the kind refuses."""
    asked = Staff.objects.with_access().get(pk=staff.pk)
    if not (asked.is_active and asked.can(Capability.REASSIGN_IN_BULK)):
        raise MayNotAnyMore
    kind.check(prepared, asked)
    return list(people_of(act.selection, asked).filter(pk__gt=act.position).order_by("pk")[:AT_ONCE])


def _do(kind: Kind, prepared: Any, patient: Patient, act: BulkAct, staff: Staff, at: datetime, tally: Tally) -> None:
    try:
        with transaction.atomic():
            kind.act(prepared, patient, act, staff, at)
    except Unchanged:
        tally.unchanged += 1
    except DomainError as refusal:
        words = in_every_language(refusal.__str__)
        tally.refusals.append(BulkRefusal(act=act, patient=patient, code=refusal.code, words=words))
    else:
        tally.done += 1


def _note(act: BulkAct, tally: Tally, position: int) -> None:
    BulkRefusal.objects.bulk_create(tally.refusals)
    BulkAct.objects.filter(pk=act.pk).update(
        position=position,
        done=F("done") + tally.done,
        unchanged=F("unchanged") + tally.unchanged,
        refused=F("refused") + len(tally.refusals),
    )
    act.position = position


def in_every_language(said: Callable[[], str]) -> dict[str, str]:
    """Whoever reads it later reads it in their own."""
    words = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            words[code] = said()
    return words


audit.name_verbs({"patients.bulk_requested": _("Act for many patients asked for")})
