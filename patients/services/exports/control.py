"""Registration control of a day as a table: who was here without the desk, whom the desk registered for nothing."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.access import Capability
from accounts.models import Staff
from hospital_crm.lib.exports import still_there, written_moment
from jobs.services.exports import Export
from patients.models import Patient, Visit
from patients.services.looks import count_exports


def _keys(staff: Staff, parameters: dict[str, Any]) -> Iterable[int]:
    """The visits, then, as if below nought, the people without one; as the two lists of the page."""
    day, people = date.fromisoformat(parameters["day"]), Patient.objects.exportable_by(staff)
    missed = Visit.objects.filter(patient__in=people).missed_by_desk(day).newest_first()
    idle = people.registered_at_desk_on(day).without_visit_on(day).order_by("-desk_registered_at", "-pk")
    return [*missed.values_list("pk", flat=True), *(-key for key in idle.values_list("pk", flat=True))]


def _still(staff: Staff, keys: list[int]) -> Iterable[int]:
    """Who was missed is registered later, which takes nothing from a file. What does is that one may no longer carry
    the people in it away.
    """
    mine = Patient.objects.exportable_by(staff)
    visits = Visit.objects.filter(pk__in=[key for key in keys if key > 0], patient__in=mine)
    people = mine.filter(pk__in=[-key for key in keys if key < 0])
    return [*visits.values_list("pk", flat=True), *(-key for key in people.values_list("pk", flat=True))]


def _rows(staff: Staff, keys: list[int]) -> list[list[str]]:
    visits = Visit.objects.select_related("patient", "department").in_bulk([key for key in keys if key > 0])
    people = Patient.objects.select_related("department").in_bulk([-key for key in keys if key < 0])
    found = {key: _missed(visit) for key, visit in visits.items()} | {-key: _idle(one) for key, one in people.items()}
    return still_there(found, keys)


def _heading() -> list[str]:
    return [
        _("List"), _("Number"), _("Name"), _("Department"), _("Visit"), _("Kind"), _("Registered at the desk"),
    ]  # fmt: skip


def _missed(visit: Visit) -> list[str]:
    patient = visit.patient
    return [
        _("Visits without registration"),
        patient.number,
        patient.name,
        visit.department.name if visit.department else "",
        written_moment(visit.starts_at),
        visit.get_kind_display(),
        written_moment(patient.desk_registered_at),
    ]


def _idle(patient: Patient) -> list[str]:
    return [
        _("Registrations without visit"),
        patient.number,
        patient.name,
        patient.department.name if patient.department else "",
        "",
        "",
        written_moment(patient.desk_registered_at),
    ]


CONTROL = Export(
    kind="control_export",
    name="registration",
    verb="registration.exported",
    sees=Capability.CONTROL_REGISTRATION,
    heading=_heading,
    keys=_keys,
    rows=_rows,
    still=_still,
)
audit.name_verbs({CONTROL.verb: gettext_lazy("Registration control exported")})
count_exports(CONTROL.verb)
