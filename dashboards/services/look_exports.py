"""Who looked at one person, as a table: for whoever answers for that."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.access import Capability
from accounts.models import AuditEntry, Staff
from hospital_crm.lib.exports import still_there
from jobs.models import Job
from jobs.services.exports import Export, request_export
from patients.models import Patient

from .looks import looks_at, watched_by


@transaction.atomic
def request_looks(*, patient: Patient, staff: Staff, at: datetime, **order: Any) -> Job:
    """A job writes who looked at the patient, as far as the person may read the audit; asking is on record too.
    `order`: as `request_export` takes it.

    Raises DuplicateSubmission.
    """
    about = {"patient": patient.pk}
    job = request_export(export=LOOKS, wanted={}, beside=about, staff=staff, at=at, **order)
    audit.record_look(actor=staff.actor, verb="patient.looks_read", subject=patient, at=at)
    return job


def _keys(staff: Staff, parameters: dict[str, Any]) -> Iterable[int]:
    """At the patient, or at whom the record was merged into; the last one first."""
    patient = watched_by(staff).known_as(parameters["patient"]).first()
    return looks_at(patient, reader=staff).newest_first().values_list("pk", flat=True) if patient else ()


def _rows(staff: Staff, keys: list[int]) -> list[list[str]]:
    found = AuditEntry.objects.select_related("actor__staff__department").in_bulk(keys)
    return [_row(entry) for entry in still_there(found, keys)]


def _heading() -> list[str]:
    return [_("When"), _("Who"), _("Department"), _("What"), _("Purpose or fields")]


def _row(entry: AuditEntry) -> list[str]:
    when, who = timezone.localtime(entry.at).strftime("%Y-%m-%d %H:%M:%S"), entry.actor.staff
    place = who.department.name if who and who.department else ""
    return [when, entry.actor.name, place, entry.verb_name, "; ".join(entry.field_labels)]


LOOKS = Export(
    kind="look_export",
    name="looks",
    verb="patient.looks_exported",
    sees=Capability.SEE_AUDIT,
    heading=_heading,
    keys=_keys,
    rows=_rows,
)
audit.name_verbs({LOOKS.verb: gettext_lazy("Who looked at a patient exported")})
