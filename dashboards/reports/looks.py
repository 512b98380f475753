"""Who looked at what the hospital keeps about one person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.access import Capability
from accounts.models import AuditEntry
from consult.models import Call
from patients.models import Patient
from promises.models import Promise

if TYPE_CHECKING:
    from accounts.models import Staff
    from accounts.querysets import AuditEntryQuerySet
    from patients.querysets import PatientQuerySet

# What counts as a look, whoever wrote it down.
LOOKS = (
    "patient.opened",
    "patient.phone_revealed",
    "patient.identifier_revealed",
    "patient.address_revealed",
    "patient.evidence_opened",
    "patient.visits_opened",
    "promise.opened",
    "promise.dialled",
    "call.opened",
)


def watched_by(reader: Staff) -> PatientQuerySet:
    """Of whom the reader may ask who looked: of whomever one may find; who finds nobody, of all, by their numbers."""
    if reader.can(Capability.FIND_PEOPLE):
        return Patient.objects.visible_to(reader)
    return Patient.objects.all()


def looks_at(patient: Patient, *, reader: Staff) -> AuditEntryQuerySet:
    """At the person's page, numbers, visits, calls and promises, as far as the reader may read the audit."""
    return _looks(patient).visible_to(reader).select_related("actor__staff")


def not_shown(patient: Patient, *, reader: Staff) -> int:
    """How many looks there were of whom the reader may not know."""
    looks = _looks(patient)
    return looks.count() - looks.visible_to(reader).count()


def _looks(patient: Patient) -> AuditEntryQuerySet:
    """Also those at records that were merged into this one."""
    people = [patient.pk, *patient.merged_from.values_list("pk", flat=True)]
    about = Q(subject_type=Patient._meta.label, subject_id__in=people)
    for model in (Promise, Call):
        rows = model._default_manager.filter(patient=patient).values("pk")
        about |= Q(subject_type=model._meta.label, subject_id__in=rows)
    entries: AuditEntryQuerySet = AuditEntry.objects.filter(about, verb__in=LOOKS)
    return entries


audit.name_verbs({"patient.looks_read": _("Read who looked at a patient")})
