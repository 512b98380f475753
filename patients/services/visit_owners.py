"""Whose a visit is, where it came on file while two records were one."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from accounts import audit
from accounts.models import Actor
from hospital_crm.lib.errors import StaleVersion
from patients.models import Merge, Patient, TimelineEntry, Visit

from .levels import renew_level
from .survivors import hold_patient


def came_while_merged(visit: Visit, patient: int) -> bool:
    """Whether the visit came to the record into which the patient's was merged then, and the merge was undone since."""
    undone = Merge.objects.filter(survivor=visit.patient_id, merged=patient, undone_at__isnull=False)
    return undone.filter(merged_at__lte=visit.recorded_at, undone_at__gte=visit.recorded_at).exists()


@transaction.atomic
def give_visit_back(*, visit: Visit, patient: Patient, actor: Actor, at: datetime) -> Visit:
    """The visit is the patient's, and so is its line in the story.

    Raises StaleVersion, PersonErased.
    """
    before, held = visit.patient_id, hold_patient(patient)
    read = Visit.objects.filter(pk=visit.pk, version=visit.version)
    if read.update(patient=held, version=F("version") + 1, updated_at=at, updated_by=actor) != 1:
        raise StaleVersion(visit)
    lines = TimelineEntry.objects.filter(source_type=Visit._meta.label, source_id=visit.pk)
    lines.filter(patient=before).update(patient=held)
    for each in (before, held.pk):
        renew_level(each, at=at)
    visit.refresh_from_db(fields=["patient", "version", "updated_at", "updated_by"])
    audit.record(actor=actor, verb="visit.updated", subject=visit, at=at, fields={"patient"})
    return visit
