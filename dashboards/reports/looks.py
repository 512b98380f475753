"""Who looked at what the hospital keeps about one person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.access import Capability
from accounts.models import AuditEntry
from dashboards.services.looks import LOOKS, about_person
from patients.models import Patient

if TYPE_CHECKING:
    from accounts.models import Staff
    from accounts.querysets import AuditEntryQuerySet
    from patients.querysets import PatientQuerySet


def watched_by(reader: Staff) -> PatientQuerySet:
    """Of whom the reader may ask who looked: of whomever one may find; who finds nobody, of all, by their numbers."""
    if reader.can(Capability.FIND_PEOPLE):
        return Patient.objects.visible_to(reader)
    return Patient.objects.all()


def looks_at(patient: Patient, *, reader: Staff) -> AuditEntryQuerySet:
    """At the person's page, numbers, calls and promises, as far as the reader may read the audit."""
    entries: AuditEntryQuerySet = AuditEntry.objects.visible_to(reader).filter(about_person(patient), verb__in=LOOKS)
    return entries.select_related("actor__staff")


audit.name_verbs({"patient.looks_read": _("Read who looked at a patient")})
