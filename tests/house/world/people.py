"""Who works here, and what an administrator has set up for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

from accounts.access import Capability, Role
from accounts.models import Absence, Actor, Department, SavedView, Staff
from accounts.services.absences import record_absence
from accounts.services.leaving import deactivate_staff
from accounts.services.saved_views import save_view
from accounts.services.tokens import issue_token
from institution.models import CalendarDay, ReferenceItem, Setting, WorkingCalendar
from institution.services.calendar_days import add_days
from institution.services.calendars import create_calendar
from tests import make
from tests.messaging.channels import setup_of
from tests.messaging.templates import certificate, draft_of, offer, publish, template

from .facts import BEGINNER, NEWCOMER, NOW


@dataclass(frozen=True)
class Cast:
    department: Department
    people: dict[str, Staff]
    colleague: Staff
    former: Staff
    absence: Absence

    @property
    def administrator(self) -> Actor:
        return self.people["administrator"].actor

    @property
    def manager(self) -> Staff:
        return self.people["manager"]

    @property
    def keepers(self) -> list[Staff]:
        """Who keeps promises."""
        return [person for person in self.people.values() if person.can(Capability.SEE_PROMISES)]


def arrive() -> Cast:
    """One person a role, two without a second factor, a colleague who is away and one who has left."""
    place = make.department("白内障科", "Cataract")
    make.department("青光眼科", "Glaucoma", parent=place)
    people = {role.value: _person(role.value, role, place) for role in Role}
    people[BEGINNER] = _person(BEGINNER, Role.GUIDE, place, second_factor=False)
    people[NEWCOMER] = _person(NEWCOMER, Role.ADMINISTRATOR, place, second_factor=False)
    by = people["administrator"].actor
    colleague = _person("colleague", Role.CONSULTANT, place, employee_number="D1001")
    former = _person("former", Role.DOCTOR, place)
    day = NOW.date()
    absence = record_absence(staff=colleague, starts_on=day, ends_on=day, deputy=former, actor=by, at=NOW)
    deactivate_staff(staff=former, actor=by, at=NOW)
    return Cast(place, people, colleague, former, absence)


def set_up(cast: Cast) -> dict[str, Any]:
    colleague, by, until = cast.colleague, cast.administrator, NOW + timedelta(days=90)
    calendar = create_calendar(department=cast.department, actor=by, at=NOW)
    return {
        "team": make.team("咨询热线组", colleague, lead=colleague, name_en="Consult line team"),
        "setting": Setting.objects.earliest("pk"),
        "calendar": calendar,
        "calendar_day": _own_day(calendar, by),
        "channel": setup_of("aliyun"),
        "item": ReferenceItem.objects.select_related("list").earliest("pk"),
        "draft": draft_of(template(NOW)),
        "advertised": publish(draft_of(offer(NOW)), NOW, **certificate(until.date())),
        "saved_views": {code: _view(person) for code, person in cast.people.items()},
        "token": issue_token(staff=colleague, name="Telephony", expires_at=until, actor=by, at=NOW)[0],
    }


def _person(username: str, role: Role, department: Department, *, second_factor: bool = True, **details: Any) -> Staff:
    names = {"display_name": f"赵{role.label[:1]}", "display_name_en": username.replace("_", "-").title()}
    person = make.staff(username, role, department=department, second_factor=second_factor, **names, **details)
    if second_factor:
        RecoveryCodes.activate(person)
    return person


def _own_day(calendar: WorkingCalendar, by: Actor) -> CalendarDay:
    values = {"kind": CalendarDay.Kind.DAY_OFF, "name_zh": "院庆", "name_en": "Founding day"}
    return add_days(calendar=calendar, first=NOW.date(), last=NOW.date(), values=values, actor=by, at=NOW)


def _view(person: Staff) -> SavedView:
    query = "columns=phone%2Cnumber&tag=99999"
    return save_view(staff=person, list_name="patients:patient_list", name="2026", query=query, at=NOW)
