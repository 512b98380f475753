"""The visits of one patient as a table: asked for on their list for a purpose, written by the jobs worker."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.access import Capability
from accounts.models import Staff
from hospital_crm.lib.exports import still_there, written_moment
from jobs.models import Job
from jobs.services.exports import Export, request_export
from patients.models import Patient, Visit
from patients.querysets.visits import VisitQuerySet


@transaction.atomic
def request_visits(*, patient: Patient, staff: Staff, at: datetime, **order: Any) -> Job:
    """A job writes the patient's visits, with what was found as far as the person may read it; it is a look at them.
    `order`: as `request_export` takes it.

    Raises DuplicateSubmission.
    """
    about = {"patient": patient.pk}
    job = request_export(export=VISITS, wanted={}, beside=about, staff=staff, at=at, **order)
    read = patient.visits.with_clinical_for(staff, timezone.localdate(at))
    fields = ["clinical"] if any(visit.shows_clinical for visit in read) else []
    audit.record_look(actor=staff.actor, verb="patient.visits_opened", subject=patient, at=at, fields=fields)
    return job


def visits_asked_for(staff: Staff, parameters: dict[str, Any]) -> VisitQuerySet:
    """Of the patient, or of whom the record was merged into, if the person may carry that one away; newest first."""
    whose = Patient.objects.exportable_by(staff).known_as(parameters["patient"])
    return Visit.objects.filter(patient__in=whose).newest_first()


def _keys(staff: Staff, parameters: dict[str, Any]) -> Iterable[int]:
    return visits_asked_for(staff, parameters).values_list("pk", flat=True)


def _marks(staff: Staff, parameters: dict[str, Any]) -> Iterable[int]:
    """The visits asked for; and once more, as if below nought, those of which the person reads what was found."""
    asked = visits_asked_for(staff, parameters).with_clinical_for(staff, timezone.localdate())
    return [key for visit in asked for key in ([visit.pk, -visit.pk] if visit.shows_clinical else [visit.pk])]


def _rows(staff: Staff, keys: list[int]) -> list[list[str]]:
    found = Visit.objects.with_clinical_for(staff, timezone.localdate()).with_card().in_bulk(keys)
    return [_row(visit) for visit in still_there(found, keys)]


def _heading() -> list[str]:
    return [
        _("Number"), _("Name"), _("Began"), _("Kind"), _("State"), _("Department"), _("Doctor"), _("Diagnoses"),
        _("Operations"), _("Ended"), _("Discharged"), _("Amount"), _("Paid by insurance"), _("Why it was cancelled"),
    ]  # fmt: skip


def _row(visit: Visit) -> list[str]:
    hidden = "" if visit.shows_clinical else _("not shown to you")
    return [
        visit.patient.number,
        visit.patient.name,
        written_moment(visit.starts_at),
        visit.get_kind_display(),
        visit.get_status_display(),
        visit.department.name if visit.department else "",
        visit.seen_by,
        hidden or "\n".join(map(str, visit.diagnoses.all())),
        hidden or "\n".join(map(str, visit.operations.all())),
        written_moment(visit.ends_at),
        visit.get_disposition_display(),
        "" if visit.total is None else str(visit.total),
        "" if visit.insured is None else str(visit.insured),
        visit.cancel_reason,
    ]


VISITS = Export(
    kind="visit_export",
    name="visits",
    verb="visits.exported",
    sees=Capability.FIND_PEOPLE,
    heading=_heading,
    keys=_keys,
    rows=_rows,
    marks=_marks,
)
audit.name_verbs({VISITS.verb: gettext_lazy("Visits exported")})
