"""The vocabulary for reading who looks like whom, and who became one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Q

from accounts.access import Capability, Scope
from hospital_crm.lib.prepared import Gap

VERDICTS = ("family", "another")  # of two people
DECIDED = "decided"  # of the list's filter: either of these

if TYPE_CHECKING:
    from accounts.models import Staff
    from patients.models import DuplicatePair, Merge, Patient  # noqa: F401  name the rows


class PairQuerySet(models.QuerySet["DuplicatePair"]):
    def visible_to(self, staff: Staff, on: date | None = None) -> Self:
        """Both of whom the person may find that day, or today."""
        seen = _rows("Patient").visible_to(staff, on)
        return (
            self
            if Scope.HOSPITAL in staff.scope(Capability.FIND_PEOPLE)
            else self.filter(older__in=seen, newer__in=seen)
        )

    def exportable_by(self, staff: Staff) -> Self:
        """Both of whom one may carry away, or into whom they were merged."""
        people = _rows("Patient").exportable_by(staff)
        older = Q(older__in=people) | Q(older__merged_into__in=people)
        return self.visible_to(staff).filter(older, Q(newer__in=people) | Q(newer__merged_into__in=people))

    def in_state(self, state: str = "") -> Self:
        """Those to be looked at, those decided to be two people (family or not), or of one state by its name."""
        if state == "open":
            return self.open()
        return self.filter(state__in=VERDICTS if state == DECIDED else (state,)) if state else self

    def likest_first(self) -> Self:
        return self.order_by("-score", "-pk")

    def open(self) -> Self:
        """To be looked at."""
        return self.filter(state="open", older__merged_into__isnull=True, newer__merged_into__isnull=True)

    def alike(self) -> Self:
        """To be looked at because they look alike; others were only compared by hand."""
        return self.open().filter(score__gt=0)

    def of(self, patient: Patient | Gap) -> Self:
        return self.filter(Q(older=patient) | Q(newer=patient))

    def with_people(self) -> Self:
        people = ("older__department", "newer__department", "older__merged_into", "newer__merged_into")
        return self.select_related(*people, "decided_by__staff").prefetch_related("older__phones", "newer__phones")


class MergeQuerySet(models.QuerySet["Merge"]):
    def open(self) -> Self:
        """Not undone."""
        return self.filter(undone_at__isnull=True)

    def visible_to(self, staff: Staff) -> Self:
        """Of those whom the person may find."""
        seen = _rows("Patient").visible_to(staff)
        return self if Scope.HOSPITAL in staff.scope(Capability.FIND_PEOPLE) else self.filter(survivor__in=seen)


def _rows(model: str) -> Any:
    """The rows of a model that itself needs these QuerySets."""
    return apps.get_model("patients", model)._default_manager.all()
