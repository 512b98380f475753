"""Who looked at what the hospital keeps about one person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.access import Capability
from accounts.models import AuditEntry
from patients.models import Patient
from patients.services.looks import looks_at_people

if TYPE_CHECKING:
    from accounts.models import Staff
    from accounts.querysets.audit import AuditEntryQuerySet
    from patients.querysets import PatientQuerySet


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
    entries: AuditEntryQuerySet = AuditEntry.objects.filter(looks_at_people([patient.pk]))
    return entries


audit.name_verbs({"patient.looks_read": _("Read who looked at a patient")})
