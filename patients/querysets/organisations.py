"""The vocabulary for reading organisations, who works there, and when we went there."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Upper
from django.db.models.lookups import Exact

from accounts.access import Capability, Scope
from accounts.models import Staff
from hospital_crm.lib.pinyin import letters
from hospital_crm.lib.prepared import Gap

if TYPE_CHECKING:
    from patients.models import (  # noqa: F401  name the rows
        Employment,
        Organisation,
        OrganisationContact,
        OrganisationVisit,
        Patient,
    )


NONE = "null"  # of a filter: those that have none


def sees_organisations(staff: Staff) -> bool:
    """All of them or none: an organisation belongs to no department's patients."""
    return Scope.HOSPITAL in staff.scope(Capability.SEE_ORGANISATIONS)


def sound_of(text: str) -> str:
    """The letters by which what was typed may sound like a name; none for characters and numbers."""
    return letters(text) if text.isascii() and not any(map(str.isdigit, text)) else ""


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def visible_to(self, staff: Staff) -> Self:
        """Whoever may find and register people in the whole hospital sees all of them."""
        return self if sees_organisations(staff) else self.none()

    def exportable_by(self, staff: Staff) -> Self:
        """Of those that one sees, what one may carry away: all with numbers, else as far as one's figures reach."""
        rows, scope, place = self.visible_to(staff), staff.scope(Capability.SEE_FIGURES), staff.department
        if Scope.HOSPITAL in scope or staff.can(Capability.EXPORT_NUMBERS):
            return rows
        reach = Q(owner=staff) if scope else Q(pk__in=[])
        if Scope.TEAM in scope:
            reach |= Q(owner__in=Staff.objects.filter(teams__in=staff.teams.in_use()))
        if Scope.DEPARTMENT_TREE in scope and place is not None:
            reach |= Q(department__path__startswith=place.path)
        return rows.filter(reach)

    def matching(self, *, q: str = "", kind: str = "", owner: Any = None, state: str = "") -> Self:
        """What the list's filter means; the owner by the key, or "null" for nobody."""
        rows = self.found_by(q) if q else self
        rows = rows.filter(kind=kind) if kind else rows
        if owner:
            rows = rows.filter(owner__isnull=True) if owner == NONE else rows.filter(owner=owner)
        return {"active": rows.active, "ended": rows.ended}.get(state, rows.all)()

    def active(self) -> Self:
        return self.filter(ended_at__isnull=True)

    def ended(self) -> Self:
        return self.filter(ended_at__isnull=False)

    def found_by(self, text: str) -> Self:
        """By a part of the name, its pinyin or initials, or the number: of thousands at most, without an index."""
        wanted = text.strip()
        return self.called(wanted, sound_of(wanted)) if wanted else self.none()

    def called(self, name: str | Gap, sound: str | Gap) -> Self:
        number = Upper(Value(name) if isinstance(name, str) else name)
        found = Q(name__icontains=name) | Q(Exact(Upper("number"), number))
        return self.filter(found | Q(sound__contains=sound) if sound else found)

    def newest_first(self) -> Self:
        return self.order_by("-registered_at", "-pk")

    def with_card(self) -> Self:
        """With what a list shows."""
        return self.select_related("owner", "department")

    def with_contacts(self) -> Self:
        """With whom to speak with there."""
        return self.prefetch_related("contacts")


class OrganisationContactQuerySet(models.QuerySet["OrganisationContact"]):
    def visible_to(self, staff: Staff) -> Self:
        return self if sees_organisations(staff) else self.none()

    def open(self) -> Self:
        return self.filter(ended_at__isnull=True)

    def main_first(self) -> Self:
        return self.order_by("-is_main", "pk")


class EmploymentQuerySet(models.QuerySet["Employment"]):
    def visible_to(self, staff: Staff, on: date | None = None) -> Self:
        """Of the people whom the reader may find that day, or today."""
        if not sees_organisations(staff):
            return self.none()
        if Scope.HOSPITAL in staff.scope(Capability.FIND_PEOPLE):
            return self.filter(patient__merged_into__isnull=True, patient__erased_at__isnull=True)  # as `on_file`
        people: Any = apps.get_model("patients", "Patient")._default_manager
        return self.filter(patient__in=people.visible_to(staff, on))

    def exportable_by(self, staff: Staff) -> Self:
        """Of the people whom the reader may carry away."""
        people: Any = apps.get_model("patients", "Patient")._default_manager
        return self.visible_to(staff).filter(patient__in=people.exportable_by(staff))

    def with_card(self) -> Self:
        """With what a file tells."""
        return self.select_related("organisation", "patient__department").prefetch_related("patient__phones")

    def of(self, organisation: Organisation) -> Self:
        return self.filter(organisation=organisation)

    def current(self, on: date) -> Self:
        """Who works there that day."""
        return self.filter(Q(until__isnull=True) | Q(until__gte=on))

    def latest_first(self) -> Self:
        """Whoever still works there stands before whoever has left."""
        return self.order_by(models.F("until").desc(nulls_first=True), "-pk")


class OrganisationVisitQuerySet(models.QuerySet["OrganisationVisit"]):
    def visible_to(self, staff: Staff) -> Self:
        return self if sees_organisations(staff) else self.none()

    def with_card(self) -> Self:
        return self.select_related("organisation", "visited_by")

    def newest_first(self) -> Self:
        return self.order_by("-on_day", "-pk")
