"""Assigned to a department, many patients at once: from then on it is theirs, and its doctors find them."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.models import Department, Staff
from accounts.querysets.departments import DepartmentQuerySet
from hospital_crm.lib.errors import DomainError
from patients.models import BulkAct, Patient, Selection

from .bulk_acts import Kind, Unchanged, request_act
from .patients import update_patient


class NotLed(DomainError):
    """Nobody is given patients by somebody who does not lead them."""

    message = _("Choose a department that you lead and that is in use.")
    field = "department"


def departments_led_by(leader: Staff) -> DepartmentQuerySet:
    """The one that the person leads and all below it, as far as they are in use."""
    departments: DepartmentQuerySet = Department.objects.in_use().in_tree_order()
    return departments.below(leader.department) if leader.department is not None else departments.none()


def check_led(department: Department, staff: Staff) -> None:
    """Raises NotLed."""
    if not departments_led_by(staff).filter(pk=department.pk).exists():
        raise NotLed


def request_assignment(
    *, selection: Selection, department: Department, staff: Staff, at: datetime, submission: UUID | None = None
) -> BulkAct:
    """A job makes it the department of each of them.

    Raises NotLed, DuplicateSubmission.
    """
    check_led(department, staff)
    return request_act(
        kind=DEPARTMENTS,
        selection=selection,
        parameters={"department": department.pk},
        told=lambda: department.name,
        staff=staff,
        at=at,
        submission=submission,
    )


def department_of(act: BulkAct) -> Department:
    """Which one it is about."""
    return Department.objects.get(pk=act.parameters["department"])


def _assign(department: Department, patient: Patient, act: BulkAct, staff: Staff, at: datetime) -> None:
    if patient.department_id == department.pk:
        raise Unchanged
    values = {"department": department}
    update_patient(patient=patient, version=patient.version, values=values, actor=staff.actor, at=at)


DEPARTMENTS = Kind(kind="bulk_departments", prepare=department_of, act=_assign, check=check_led)
