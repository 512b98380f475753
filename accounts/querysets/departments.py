"""The vocabulary for reading departments, teams and absences."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Case, Q, When

if TYPE_CHECKING:
    from accounts.models import Absence, Department, Staff, Team  # noqa: F401  name the rows


class DepartmentQuerySet(models.QuerySet["Department"]):
    def in_use(self) -> Self:
        return self.filter(is_active=True)

    def selectable(self, chosen: int | None) -> Self:
        """What a form offers: the tree in use, and what is chosen already though it was closed."""
        return self.filter(Q(is_active=True) | Q(pk=chosen)).in_tree_order()

    def without_head(self) -> Self:
        """Nobody leads it, or somebody who has left."""
        return self.exclude(head__is_active=True)

    def in_tree_order(self) -> Self:
        """Each department before those below it."""
        return self.order_by("path")

    def clinical_first(self) -> Self:
        """Those that treat patients before the others, each in the tree's order."""
        is_other = Case(When(kind=self.model.Kind.CLINICAL, then=0), default=1)
        return self.order_by(is_other, "path")

    def below(self, department: Department) -> Self:
        """The department and everything under it."""
        return self.filter(path__startswith=department.path)


class TeamQuerySet(models.QuerySet["Team"]):
    def in_use(self) -> Self:
        return self.filter(is_active=True)


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def standing(self) -> Self:
        return self.filter(cancelled_at__isnull=True)

    def on(self, day: date) -> Self:
        return self.standing().filter(starts_on__lte=day, ends_on__gte=day)

    def left_to(self, deputy: Staff, day: date) -> models.QuerySet[Absence, int]:
        """The keys of the colleagues for whom the person stands in that day."""
        return self.on(day).filter(deputy=deputy).values_list("staff", flat=True)

    def touching(self, first: date, last: date) -> Self:
        return self.standing().filter(starts_on__lte=last, ends_on__gte=first)
