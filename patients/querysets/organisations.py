"""The vocabulary for reading organisations, who works there, and when we went there."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Q

from accounts.access import Capability, Scope
from hospital_crm.lib.pinyin import letters

if TYPE_CHECKING:
    from accounts.models import Staff
    from patients.models import (  # noqa: F401  name the rows
        Employment,
        Organisation,
        OrganisationContact,
        OrganisationVisit,
        Patient,
    )


def sees_organisations(staff: Staff) -> bool:
    """All of them or none: an organisation belongs to no department's patients."""
    return Scope.HOSPITAL in staff.scope(Capability.SEE_ORGANISATIONS)


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def visible_to(self, staff: Staff) -> Self:
        """Whoever may find and register people in the whole hospital sees all of them."""
        return self if sees_organisations(staff) else self.none()

    def active(self) -> Self:
        return self.filter(ended_at__isnull=True)

    def ended(self) -> Self:
        return self.filter(ended_at__isnull=False)

    def found_by(self, text: str) -> Self:
        """By a part of the name, its pinyin or initials, or the number: of thousands at most, without an index."""
        wanted = text.strip()
        if not wanted:
            return self.none()
        found = Q(name__icontains=wanted) | Q(number__iexact=wanted)
        if wanted.isascii() and not any(map(str.isdigit, wanted)) and (sound := letters(wanted)):
            found |= Q(sound__contains=sound)
        return self.filter(found)

    def newest_first(self) -> Self:
        return self.order_by("-registered_at", "-pk")

    def with_card(self) -> Self:
        """With what a list shows."""
        return self.select_related("owner", "department")


class OrganisationContactQuerySet(models.QuerySet["OrganisationContact"]):
    def visible_to(self, staff: Staff) -> Self:
        return self if sees_organisations(staff) else self.none()

    def open(self) -> Self:
        return self.filter(ended_at__isnull=True)

    def main_first(self) -> Self:
        return self.order_by("-is_main", "pk")


class EmploymentQuerySet(models.QuerySet["Employment"]):
    def visible_to(self, staff: Staff) -> Self:
        """Of the people whom the reader may find."""
        if not sees_organisations(staff):
            return self.none()
        if Scope.HOSPITAL in staff.scope(Capability.FIND_PEOPLE):
            return self.filter(patient__merged_into__isnull=True, patient__erased_at__isnull=True)  # as `on_file`
        people: Any = apps.get_model("patients", "Patient")._default_manager
        return self.filter(patient__in=people.visible_to(staff))

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
