"""Who of our clients works at one organisation, as a table."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.access import Capability
from accounts.models import Staff
from hospital_crm.lib.exports import still_there
from jobs.services.exports import Export
from patients.models import Employment
from patients.querysets.organisations import EmploymentQuerySet
from patients.services.looks import count_exports

from .cells import number_cell


def employees_asked_for(staff: Staff, parameters: dict[str, Any]) -> EmploymentQuerySet:
    """Those of the organisation whom the person may carry away, as on the page: the latest first."""
    mine = Employment.objects.exportable_by(staff).filter(organisation=parameters["organisation"])
    return mine.order_by("-pk")


def _keys(staff: Staff, parameters: dict[str, Any]) -> Iterable[int]:
    return employees_asked_for(staff, parameters).values_list("pk", flat=True)


def _rows(staff: Staff, keys: list[int]) -> list[list[str]]:
    in_clear = staff.can(Capability.EXPORT_NUMBERS)
    found = Employment.objects.with_card().in_bulk(keys)
    return [_row(each, in_clear=in_clear) for each in still_there(found, keys)]


def _heading() -> list[str]:
    return [
        _("Organisation"), _("Staff number"), _("Job title"), _("Since"), _("Until"), _("Number"), _("Name"), _("Sex"),
        _("Born"), _("Phone"), _("Department"),
    ]  # fmt: skip


def _row(employment: Employment, *, in_clear: bool) -> list[str]:
    patient = employment.patient
    return [
        employment.organisation.name,
        employment.staff_number,
        employment.position,
        str(employment.since or ""),
        str(employment.until or ""),
        patient.number,
        patient.name,
        patient.get_sex_display(),
        str(patient.birth_date or patient.birth_year or ""),
        number_cell(patient.phone, in_clear=in_clear),
        patient.department.name if patient.department else "",
    ]


EMPLOYEES = Export(
    kind="employee_export",
    name="employees",
    verb="employees.exported",
    sees=Capability.SEE_ORGANISATIONS,
    heading=_heading,
    keys=_keys,
    rows=_rows,
)
audit.name_verbs({EMPLOYEES.verb: gettext_lazy("Employees exported")})
count_exports(EMPLOYEES.verb)
