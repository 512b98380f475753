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
        living = self.filter(are_young("patient__"), patient__erased_at__isnull=True, patient__died_on__isnull=True)
        return living.exclude(is_guarded("patient"))

    def with_people(self) -> Self:
        return self.select_related("patient__department", "asked_by__staff__department")


def are_young(beginning: str = "") -> Q:
    """For whom somebody else decides today; the columns of the person's row begin so."""
    born, year = latest_unguarded_birth(timezone.localdate())
    return Q(**{f"{beginning}birth_date__gt": born}) | Q(**{f"{beginning}birth_year__gt": year})


def is_guarded(child: str = "pk") -> Q:
    """Whether a guardian stands on file for whom the column holds; each side apart, for each has an index."""
    ties = _rows("Relation").open()
    named = Q(Exists(ties.filter(patient=OuterRef(child), is_guardian=True)))
    return named | Q(Exists(ties.filter(relative=OuterRef(child), is_ward=True)))


def _rows(model: str) -> Any:
    """The rows of a model that itself needs these QuerySets."""
    return apps.get_model("patients", model)._default_manager.all()
