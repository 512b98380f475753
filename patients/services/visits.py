"""Visits are written here and nowhere else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.access import Capability
from accounts.models import Actor
from accounts.services.submissions import create_once
from accounts.services.versions import save_version
from hospital_crm.lib.errors import DomainError
from patients.models import Diagnosis, Operation, Patient, TimelineEntry, Visit
from patients.rules.visits import HAPPENED

from .levels import renew_level
from .survivors import survivor_of
from .timeline import add_timeline_entry, strike_timeline_entries

KIND = "patients.visited"  # its line in the story


class VisitAlreadyCancelled(DomainError):
    """It does not take place; another visit is a new row."""

    message = _("This visit was cancelled. Record a new one instead.")


@dataclass(frozen=True)
class NewDiagnosis:
    code: str = ""
    text: str = ""


@dataclass(frozen=True)
class NewOperation:
    code: str = ""
    text: str = ""
    performed_at: datetime | None = None


@dataclass(frozen=True)
class ClinicalText:
    """What a visit was for, in order: only who may see clinical text gives it."""

    diagnoses: Sequence[NewDiagnosis] = ()
    operations: Sequence[NewOperation] = ()


def record_visit(
    *,
    patient: Patient,
    values: dict[str, Any],
    clinical: ClinicalText | None = None,
    actor: Actor,
    at: datetime,
    submission: UUID | None = None,
) -> Visit:
    """The visit is on file, and in the person's story once the person was here.

    Raises DuplicateSubmission.
    """

    def create() -> Visit:
        held = survivor_of(patient)
        visit = Visit.objects.create(patient=held, **values, recorded_at=at, updated_at=at, updated_by=actor)
        _write_clinical(visit, clinical or ClinicalText())
        _tell(visit, actor, at)
        renew_level(held.pk, at=at)
        audit.record(actor=actor, verb="visit.recorded", subject=visit, at=at)
        return visit

    with transaction.atomic():
        return create_once(submission=submission, kind=Visit._meta.label, create=create, actor=actor, at=at)


@transaction.atomic
def update_visit(
    *,
    visit: Visit,
    version: int,
    values: dict[str, Any],
    clinical: ClinicalText | None = None,
    actor: Actor,
    at: datetime,
) -> Visit:
    """The visit is as given; without `clinical` its diagnoses and operations stay as they are.

    Raises StaleVersion, VisitAlreadyCancelled.
    """
    if Visit.objects.select_for_update().get(pk=visit.pk).is_cancelled:
        raise VisitAlreadyCancelled
    retold = clinical is not None and clinical != clinical_text_of(visit)
    changed = set(save_version(visit, version=version, values=values, actor=actor, at=at, bump=retold))
    if retold:
        _write_clinical(visit, clinical or ClinicalText())
        changed.add("clinical")
    if changed & {"kind", "status", "starts_at", "department"}:
        _tell(visit, actor, at)
    if changed & {"status", "starts_at", "total", "currency"}:
        renew_level(visit.patient_id, at=at)
    if changed:
        audit.record(actor=actor, verb="visit.updated", subject=visit, at=at, fields=changed)
    return visit


@transaction.atomic
def cancel_visit(*, visit: Visit, reason: str, actor: Actor, at: datetime) -> Visit:
    """It does not take place, or never did; its line in the story is crossed out.

    Raises VisitAlreadyCancelled.
    """
    cancelled = (
        Visit.objects.standing()
        .filter(pk=visit.pk)
        .update(
            status=Visit.Status.CANCELLED,
            cancel_reason=reason,
            version=F("version") + 1,
            updated_at=at,
            updated_by=actor,
        )
    )
    if cancelled != 1:
        raise VisitAlreadyCancelled
    visit.refresh_from_db()
    strike_timeline_entries(target=visit.patient, source=visit, at=at)
    renew_level(visit.patient_id, at=at)
    audit.record(actor=actor, verb="visit.cancelled", subject=visit, at=at)
    return visit


def clinical_text_of(visit: Visit) -> ClinicalText:
    """As it stands."""
    return ClinicalText(
        [NewDiagnosis(row.code, row.text) for row in visit.diagnoses.all()],
        [NewOperation(row.code, row.text, row.performed_at) for row in visit.operations.all()],
    )


def told_of(visit: Visit) -> dict[str, Any]:
    """What the line in the story says: nothing clinical."""
    place = visit.department
    return {"kind": visit.kind, "department": {"zh": place.name_zh, "en": place.name_en} if place else None}


def _write_clinical(visit: Visit, clinical: ClinicalText) -> None:
    visit.diagnoses.all().delete()
    visit.operations.all().delete()
    Diagnosis.objects.bulk_create(
        Diagnosis(visit=visit, rank=rank, code=each.code, text=each.text)
        for rank, each in enumerate(clinical.diagnoses)
    )
    Operation.objects.bulk_create(
        Operation(visit=visit, rank=rank, code=each.code, text=each.text, performed_at=each.performed_at)
        for rank, each in enumerate(clinical.operations)
    )


def _tell(visit: Visit, actor: Actor, at: datetime) -> None:
    """What happened has one line in the story that counts; one that tells it otherwise is crossed out."""
    params, lines = told_of(visit), TimelineEntry.objects.filter(source_type=visit._meta.label, source_id=visit.pk)
    standing = lines.filter(patient=visit.patient, struck_at__isnull=True).first()
    happened = visit.status in HAPPENED
    if standing is not None:
        if happened and (standing.params, standing.occurred_at) == (params, visit.starts_at):
            return
        strike_timeline_entries(target=visit.patient, source=visit, at=at)
    if happened:
        add_timeline_entry(
            target=visit.patient,
            kind=KIND,
            params=params,
            needs=Capability.FIND_PEOPLE,
            occurred_at=visit.starts_at,
            actor=actor,
            source=visit,
        )


audit.name_fields({"clinical": _("Diagnoses and operations")})
audit.name_verbs(
    {
        "patient.visits_opened": _("Patient's visits opened"),
        "visit.recorded": _("Visit recorded"),
        "visit.updated": _("Visit changed"),
        "visit.cancelled": _("Visit cancelled"),
    }
)
