"""The vocabulary for reading who was here, when, and what for."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import BooleanField, Case, Exists, ExpressionWrapper, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Concat, Trim

from accounts.access import Capability, Scope
from hospital_crm.lib.moments import midnight, midnight_after
from patients.rules.visits import CANCELLED, CLIENTS, HAPPENED, INPATIENT, READMITTED_WITHIN

if TYPE_CHECKING:
    from accounts.models import Staff
    from patients.models import Visit  # noqa: F401  names the rows


class VisitQuerySet(models.QuerySet["Visit"]):
    def visible_to(self, staff: Staff, on: date | None = None) -> Self:
        """Those of whoever the person may find; their clinical text is another matter: `with_clinical_for`."""
        if Scope.HOSPITAL in staff.scope(Capability.FIND_PEOPLE):
            return self.exclude(patient__in=_rows("Patient").erased())  # kept as the law wants, and read by nobody
        return self.filter(patient__in=_rows("Patient").visible_to(staff, on))

    def with_clinical_for(self, staff: Staff, on: date) -> Self:
        """With `shows_clinical`: whether the person may read diagnoses and operations of the visit that day.

        By the department of the visit, of the patient where the visit has none; or while something is owed.
        """
        shown = Case(When(_clinical(staff, on), then=Value(True)), default=Value(False), output_field=BooleanField())
        return self.annotate(shows_clinical=shown)

    def with_card(self) -> Self:
        """With what a list shows of a visit."""
        return self.select_related("patient", "department", "doctor").prefetch_related("diagnoses", "operations")

    def with_first_diagnosis(self) -> Self:
        """With `first_diagnosis`, as a `Diagnosis` says it, by the same query; None where there is none."""
        in_order = _rows("Diagnosis").filter(visit=OuterRef("pk")).order_by("rank")
        said = in_order.values(said=Trim(Concat("code", Value(" "), "text")))
        return self.annotate(first_diagnosis=Subquery(said[:1]))

    def standing(self) -> Self:
        """Not cancelled."""
        return self.exclude(status=CANCELLED)

    def happened(self) -> Self:
        """The person was here."""
        return self.filter(status__in=HAPPENED)

    def on_day(self, day: date) -> Self:
        """Which began that day in the hospital's time zone."""
        return self.between(day, day)

    def between(self, since: date | None, until: date | None) -> Self:
        """Which began on these days, both included; an open end is none."""
        visits = self.filter(starts_at__gte=midnight(since)) if since else self
        return visits.filter(starts_at__lt=midnight_after(until)) if until else visits

    def ended_since(self, moment: datetime) -> Self:
        """Which ended then or later and are no history: what a follow-up may begin with."""
        return self.happened().filter(historic=False, ends_at__gte=moment)

    def of_clients(self, kind: str) -> Self:
        """By which somebody is a client of this kind."""
        return self.happened().filter(kind__in=CLIENTS.get(kind, ()))

    def readmissions(self) -> Self:
        """Inpatient stays that begin within 30 days after the end of an earlier one, as `rules.is_readmission`."""
        oldest = ExpressionWrapper(OuterRef("starts_at") - READMITTED_WITHIN, models.DateTimeField())
        stays = _rows("Visit").filter(kind=INPATIENT, status__in=HAPPENED)
        earlier = stays.filter(patient=OuterRef("patient"), ends_at__lte=OuterRef("starts_at"), ends_at__gte=oldest)
        return self.happened().filter(Exists(earlier.exclude(pk=OuterRef("pk"))), kind=INPATIENT)

    def missed_by_desk(self, day: date) -> Self:
        """Of that day's: the person was here, and the desk registered them only later or never."""
        later = Q(patient__desk_registered_at__isnull=True) | Q(patient__desk_registered_at__gte=midnight_after(day))
        return self.happened().on_day(day).filter(later)

    def newest_first(self) -> Self:
        return self.order_by("-starts_at", "-pk")


def _clinical(staff: Staff, on: date) -> Q:
    scope, place = staff.scope(Capability.SEE_CLINICAL), staff.department
    if Scope.HOSPITAL in scope:
        return Q(pk__isnull=False)
    shown = Q(pk__in=[])
    if Scope.DEPARTMENT_TREE in scope and place is not None:
        shown |= _at("path__startswith", place.path)
    if Scope.DEPARTMENT in scope and place is not None:
        shown |= _at("pk", place.pk)
    if Scope.OPEN_PROMISE in scope:
        shown |= Q(Exists(_rows("AccessGrant").held_by(staff, on).filter(patient=OuterRef("patient"))))
    return shown


def _at(column: str, value: object) -> Q:
    of_patient = {f"patient__department__{column}": value}
    return Q(**{f"department__{column}": value}) | Q(department__isnull=True, **of_patient)


def _rows(model: str) -> Any:
    """The rows of a model that itself needs these QuerySets."""
    return apps.get_model("patients", model)._default_manager.all()
