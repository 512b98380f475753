"""What is missing before the hospital can start, and who is away."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from accounts.access import Role
from accounts.models import Absence, Department, Staff
from institution.models import HospitalProfile
from messaging.services.readiness import NotReady, withheld_from_anybody


@dataclass(frozen=True)
class SetupGaps:
    """What is missing before the hospital can work with the product; each number counts rows."""

    profile_incomplete: bool
    departments_without_head: int
    staff_without_department: int
    staff_without_role: int
    roles_without_staff: list[Role]
    not_ready: NotReady  # messages to patients that were withheld for want of a set-up

    @property
    def are_there(self) -> bool:
        return bool(
            self.profile_incomplete
            or self.departments_without_head
            or self.staff_without_department
            or self.staff_without_role
            or self.roles_without_staff
            or self.not_ready.number
        )


def setup_gaps(*, staff: Staff, on: date) -> SetupGaps:
    people = Staff.objects.active()
    held = set(people.values_list("role_grants__role", flat=True))
    return SetupGaps(
        profile_incomplete=HospitalProfile.objects.filter(
            Q(address_zh="") | Q(consult_phone="") | Q(support_contact_zh="")
        ).exists(),
        departments_without_head=Department.objects.in_use().without_head().count(),
        staff_without_department=people.filter(department__isnull=True).count(),
        staff_without_role=people.filter(role_grants__isnull=True).count(),
        roles_without_staff=[role for role in Role if role not in held],
        not_ready=withheld_from_anybody(reader=staff, today=on),
    )


def colleagues_away(*, staff: Staff, on: date) -> list[Absence]:
    """Who of the person's department and teams is away that day, with the deputy who stands in."""
    around = Q(staff__teams__in=staff.teams.in_use())
    if staff.department_id:
        around |= Q(staff__department=staff.department_id)
    away = Absence.objects.on(on).filter(around, staff__is_active=True).exclude(staff=staff)
    return list(away.select_related("staff", "deputy").order_by("ends_on", "pk").distinct())
