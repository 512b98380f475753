"""The vocabulary for reading what people ask about their data, and which looks are to be checked."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q

from accounts.access import Capability, Role, Scope
from accounts.models import Department, Staff

if TYPE_CHECKING:
    from patients.models import (  # noqa: F401  name the rows
        ColleagueRecord,
        DataRequest,
        ErasedKey,
        ErasureStep,
        KeptRecord,
        LookToCheck,
    )


class DataRequestQuerySet(models.QuerySet["DataRequest"]):
    def visible_to(self, staff: Staff) -> Self:
        """Of those whom the person may find; whoever answers also sees those of people whose data are erased."""
        seen = Q(patient__in=_rows("Patient").visible_to(staff))
        if staff.can(Capability.ANSWER_DATA_REQUESTS):
            return self.filter(seen | Q(patient__erased_at__isnull=False))
        return self.filter(seen) if staff.can(Capability.RECORD_DATA_REQUESTS) else self.none()

    def exportable_by(self, staff: Staff) -> Self:
        """Of those that one sees, those of people whom one may carry away; an erased one holds nobody's data."""
        carried = Q(patient__in=_rows("Patient").exportable_by(staff))
        return self.visible_to(staff).filter(carried | Q(patient__erased_at__isnull=False))

    def matching(self, *, state: str = "", kind: str = "") -> Self:
        """What the list's filter means."""
        return self.filter(**_said(state=state, kind=kind))

    def newest_first(self) -> Self:
        return self.order_by("-pk")

    def open(self) -> Self:
        return self.filter(state="open")

    def with_card(self) -> Self:
        """With what a list shows of a request."""
        return self.select_related(
            "patient__department", "recorded_by__staff", "approved_by__staff", "closed_by__staff"
        )


class ErasureStepQuerySet(models.QuerySet["ErasureStep"]):
    def ready(self, part: str) -> Self:
        """To be done now: all that comes before it is done."""
        before = self.model._default_manager.filter(
            request=OuterRef("request"), rank__lt=OuterRef("rank"), done_at__isnull=True
        )
        return self.filter(~Exists(before), part=part, done_at__isnull=True).order_by("pk")


class ErasedKeyQuerySet(models.QuerySet["ErasedKey"]):
    def among(self, digests: Collection[str]) -> set[str]:
        """Which of these are of people whose data are erased, or about to be."""
        return set(self.filter(digest__in=digests).values_list("digest", flat=True)) if digests else set()


class KeptRecordQuerySet(models.QuerySet["KeptRecord"]):
    def over(self, what: str, today: date) -> Self:
        """Of which the time is over, and which are still there."""
        return self.filter(what=what, until__lt=today, ended_at__isnull=True).order_by("pk")


class LookToCheckQuerySet(models.QuerySet["LookToCheck"]):
    def visible_to(self, staff: Staff) -> Self:
        """What people of one's departments and of those that one leads looked at, or all; never one's own looks.

        Who checks others, or has nobody above who does, is checked by whoever else checks, wherever they stand.
        """
        scope = staff.scope(Capability.CHECK_LOOKS)
        others = self.exclude(staff=staff)
        if Scope.HOSPITAL in scope:
            return others
        if Scope.DEPARTMENT_TREE not in scope:
            return self.none()
        led = Department.objects.filter(Q(head=staff) | Q(deputy=staff))
        seen = Q(staff__in=Staff.objects.able_to(Capability.CHECK_LOOKS)) | Q(Exists(_above(led, "path")))
        checkers = Staff.objects.active().with_role(Role.MANAGER)
        seen |= Q(~Exists(_above(checkers, "department__path")))
        if staff.department is not None:
            seen |= Q(staff__department__path__startswith=staff.department.path)
        return others.filter(seen)

    def exportable_by(self, staff: Staff) -> Self:
        """Of those that one sees, what one may carry away: as far as one's figures reach."""
        rows, scope, place = self.visible_to(staff), staff.scope(Capability.SEE_FIGURES), staff.department
        if Scope.HOSPITAL in scope:
            return rows
        reach = Q(pk__in=[])
        if Scope.TEAM in scope:
            reach |= Q(staff__in=Staff.objects.filter(teams__in=staff.teams.in_use()))
        if Scope.DEPARTMENT_TREE in scope and place is not None:
            reach |= Q(staff__department__path__startswith=place.path)
        return rows.filter(reach)

    def matching(self, *, state: str = "", kind: str = "") -> Self:
        """What the list's filter means."""
        return self.filter(**_said(state=state, kind=kind))

    def newest_first(self) -> Self:
        return self.order_by("-day", "-pk")

    def open(self) -> Self:
        return self.filter(state="open")

    def with_card(self) -> Self:
        """With what a list shows of it."""
        return self.select_related("staff__department", "patient", "checked_by__staff")


class ColleagueRecordQuerySet(models.QuerySet["ColleagueRecord"]):
    def open(self) -> Self:
        return self.filter(ended_at__isnull=True)

    def visible_to(self, staff: Staff) -> Self:
        """Of patients whom the person may find, for whoever names them; never who is the person."""
        if not staff.can(Capability.NAME_COLLEAGUES):
            return self.none()
        return self.filter(patient__in=_rows("Patient").visible_to(staff)).exclude(staff=staff)

    def exportable_by(self, staff: Staff) -> Self:
        """Of those that one sees, those of patients whom one may carry away."""
        return self.visible_to(staff).filter(patient__in=_rows("Patient").exportable_by(staff))

    def with_card(self) -> Self:
        return self.select_related("staff__department", "patient", "added_by__staff")


def _said(**asked: str) -> dict[str, str]:
    """What was asked for, without what was left open."""
    return {name: value for name, value in asked.items() if value}


def _above(places: Any, path: str) -> Any:
    """Those whose path leads down to the department of whoever looked."""
    below = ExpressionWrapper(OuterRef("staff__department__path"), output_field=models.CharField())
    return places.alias(below=below).filter(below__startswith=F(path))


def _rows(model: str) -> Any:
    """The rows of a model that itself needs these QuerySets."""
    return apps.get_model("patients", model)._default_manager.all()
