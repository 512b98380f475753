"""People on file as a table: asked for on the list for a purpose, written by the jobs worker."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts import audit
from accounts.access import Capability
from accounts.models import Staff
from jobs.models import Job
from jobs.services.exports import Export
from jobs.services.jobs import request_job
from patients.models import CLIENT_KINDS, Patient, Selection, Visit
from patients.querysets import PatientQuerySet
from patients.rules.visits import client_kinds

from .selections import told_filter, within


class ExportPurpose(models.TextChoices):
    """What the file is for: in the audit, as a look at so many people is."""

    LIST = "list", gettext_lazy("A list to work through")
    REPORT = "report", gettext_lazy("A report")
    CHECK = "check", gettext_lazy("To check the records")
    SYSTEM = "system", gettext_lazy("For another system")


@transaction.atomic
def request_export(
    *,
    wanted: dict[str, Any],
    kind: str,
    purpose: ExportPurpose,
    selection: Selection | None = None,
    staff: Staff,
    at: datetime,
    submission: UUID | None = None,
) -> Job:
    """A job writes the people that the list's filter shows, or those of the selection, as far as the person may carry
    them away.

    Raises DuplicateSubmission.
    """
    parameters = parameters_of(wanted, kind) | ({"selection": selection.pk} if selection else {})
    job = request_job(kind=PEOPLE.kind, parameters=parameters, actor=staff.actor, at=at, submission=submission)
    record_purpose(job, purpose=purpose, staff=staff, at=at)
    return job


def record_purpose(job: Job, *, purpose: ExportPurpose, staff: Staff, at: datetime) -> None:
    """That the person asked for the people, and what for, is in the audit."""
    audit.record(actor=staff.actor, verb="patients.exported", subject=job, at=at, fields=[f"export_{purpose}"])


def parameters_of(wanted: dict[str, Any], kind: str) -> dict[str, Any]:
    """What the job remembers: the list's filter, the sort of file, and the language in which it was asked for."""
    return {"filter": told_filter(wanted), "format": kind, "language": get_language()}


def people_asked_for(staff: Staff, parameters: dict[str, Any]) -> PatientQuerySet:
    """What the person may carry away of what was asked for, newest first."""
    people, chosen = Patient.objects.exportable_by(staff), parameters.get("selection")
    if chosen is None:
        found = people.matching(**parameters["filter"])
    else:
        selection = Selection.objects.visible_to(staff).filter(pk=chosen).first()
        found = within(selection, people) if selection else people.none()
    return found.order_by("-registered_at", "-pk")


def _keys(staff: Staff, parameters: dict[str, Any]) -> Iterable[int]:
    return people_asked_for(staff, parameters).values_list("pk", flat=True)


def _rows(staff: Staff, keys: list[int]) -> list[list[str]]:
    in_clear = staff.can(Capability.EXPORT_NUMBERS)
    people = Patient.objects.with_card().select_related("source", "insurance").in_bulk(keys)
    clients = _clients(keys)
    return [_row(people[key], clients.get(key, ""), in_clear=in_clear) for key in keys if key in people]


def _clients(keys: list[int]) -> dict[int, str]:
    """In words, of which kinds they are clients."""
    kinds: dict[int, list[str]] = {}
    visits = Visit.objects.happened().filter(patient__in=keys).order_by()
    for patient, kind in visits.values_list("patient", "kind").distinct():
        kinds.setdefault(patient, []).append(kind)
    return {key: "; ".join(str(CLIENT_KINDS[kind]) for kind in client_kinds(found)) for key, found in kinds.items()}


def _heading() -> list[str]:
    return [
        _("Number"), _("Hospital number"), _("Name"), _("Sex"), _("Born"), _("Died on"), _("Phone"),
        _("Place of residence"), _("Home address"), _("Department"), _("Client"), _("Insurance"), _("Media source"),
        _("Registered"), _("Last contact"),
    ]  # fmt: skip


def _row(patient: Patient, clients: str, *, in_clear: bool) -> list[str]:
    phone = patient.phone
    number = "" if phone is None else phone.digits if in_clear else phone.masked
    return [
        patient.number,
        patient.hospital_number,
        patient.name,
        patient.get_sex_display(),
        str(patient.birth_date or patient.birth_year or ""),
        str(patient.died_on or ""),
        number,
        patient.lives_in,
        patient.address if in_clear else "***" if patient.address else "",
        patient.department.name if patient.department else "",
        clients,
        patient.insurance.label if patient.insurance else "",
        patient.source.label if patient.source else "",
        _moment(patient.registered_at),
        _moment(patient.last_contact_at),
    ]


def _moment(moment: datetime | None) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else ""


PEOPLE = Export(kind="patient_export", name="patients", heading=_heading, keys=_keys, rows=_rows)
audit.name_verbs({"patients.exported": gettext_lazy("Patients exported")})
audit.name_fields(
    {f"export_{one.value}": format_lazy(gettext_lazy("Purpose: {purpose}"), purpose=one.label) for one in ExportPurpose}
)
