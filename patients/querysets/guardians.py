"""The vocabulary for reading of which children the guardian is still asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from patients.rules import latest_unguarded_birth

if TYPE_CHECKING:
    from accounts.models import Staff
    from patients.models import GuardianQuestion  # noqa: F401  names the rows


class GuardianQuestionQuerySet(models.QuerySet["GuardianQuestion"]):
    def visible_to(self, staff: Staff) -> Self:
        """Of those whom the person may find."""
        return self.filter(patient__in=_rows("Patient").visible_to(staff))

    def open(self) -> Self:
        """Of living children who are under 14 today and have no guardian on file."""
        born, year = latest_unguarded_birth(timezone.localdate())
        young = Q(patient__birth_date__gt=born) | Q(patient__birth_year__gt=year)
        living = self.filter(young, patient__erased_at__isnull=True, patient__died_on__isnull=True)
        return living.exclude(Exists(_naming(OuterRef("patient"))))

    def with_people(self) -> Self:
        return self.select_related("patient__department", "asked_by__staff__department")


def _naming(child: Any) -> Any:
    """What names somebody as the child's guardian, seen from either side."""
    named = Q(patient=child, is_guardian=True) | Q(relative=child, is_ward=True)
    return _rows("Relation").open().filter(named)


def _rows(model: str) -> Any:
    """The rows of a model that itself needs these QuerySets."""
    return apps.get_model("patients", model)._default_manager.all()
