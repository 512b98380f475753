"""Visits through the API: the pages' own scope and services."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts import audit
from accounts.access import Capability, actor_of, staff_of
from hospital_crm.lib.rooms import CreatesOnce
from jobs.api import GivesFiles
from jobs.models import Job
from patients.filters import VisitFilter
from patients.models import Patient, Visit
from patients.querysets.visits import VisitQuerySet
from patients.serializers import visits as serializers
from patients.serializers.exports import VisitExportSerializer
from patients.services import visits as services
from patients.services.exports import VISITS
from patients.services.exports.visits import request_visits

LOOKED = "patient.visits_opened"


class VisitViewSet(GivesFiles, CreatesOnce, ReadOnlyModelViewSet[Visit]):
    needs = Capability.FIND_PEOPLE
    queryset = Visit.objects.none()
    serializer_class = serializers.VisitSerializer
    create_serializer_class = serializers.VisitCreateSerializer
    filterset_class = VisitFilter
    export_of = VISITS
    export_serializer_class = VisitExportSerializer
    ordering = ("-starts_at", "-id")

    def get_queryset(self) -> VisitQuerySet:
        reader, today = staff_of(self.request), timezone.localdate()
        return Visit.objects.visible_to(reader, today).with_clinical_for(reader, today).with_card()

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        self._look(rows or [])
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        visit = self.get_object()
        self._look([visit])
        return Response(self.get_serializer(visit).data)

    @extend_schema(request=serializers.VisitCreateSerializer, responses={201: serializers.VisitSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().create(request, *args, **kwargs)

    def make(self, values: dict[str, Any]) -> Visit:
        clinical = serializers.clinical_of(values, services.ClinicalText())
        if clinical is not None and not staff_of(self.request).can(Capability.SEE_CLINICAL):
            raise PermissionDenied
        submission, patient = values.pop("submission"), values.pop("patient")
        return services.record_visit(
            patient=patient,
            values=values,
            clinical=clinical,
            submission=submission,
            actor=actor_of(self.request),
            at=timezone.now(),
        )

    @extend_schema(request=serializers.VisitUpdateSerializer)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What was left out stays."""
        visit = self.get_object()
        values = self.changed(serializers.VisitUpdateSerializer, visit)
        clinical = serializers.clinical_of(values, services.clinical_text_of(visit))
        if clinical is not None and not visit.shows_clinical:
            raise PermissionDenied
        version = values.pop("version")
        services.update_visit(
            visit=visit, version=version, values=values, clinical=clinical, actor=actor_of(request), at=timezone.now()
        )
        return self.answer(visit)

    def ask_for_file(self, told: dict[str, Any], **order: Any) -> Job:
        """Of one patient; a look at the visits."""
        mine = Patient.objects.exportable_by(order["staff"])
        return request_visits(patient=get_object_or_404(mine.known_as(told["patient"])), **order)

    @extend_schema(request=serializers.CancelSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """It does not take place."""
        visit, reason = self.get_object(), self.typed(serializers.CancelSerializer)["reason"]
        services.cancel_visit(visit=visit, reason=reason, actor=actor_of(request), at=timezone.now())
        return self.answer(visit)

    @extend_schema(
        parameters=[serializers.DayQuerySerializer], responses=serializers.VisitSerializer(many=True), filters=False
    )
    @action(detail=False, needs=Capability.CONTROL_REGISTRATION, filterset_class=None)
    def missed(self, request: Request) -> Response:
        """Of a day: visits of people whom the desk registered only later or never."""
        rows = self.paginate_queryset(self.get_queryset().missed_by_desk(serializers.day_of(request.query_params)))
        self._look(rows or [])
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)

    def _look(self, visits: Any) -> None:
        """That the person looked is in the audit, for each patient."""
        actor, at = actor_of(self.request), timezone.now()
        shown: dict[Patient, bool] = {}
        for visit in visits:
            shown[visit.patient] = shown.get(visit.patient, False) or visit.shows_clinical
        looks = [
            audit.look(actor=actor, verb=LOOKED, subject=who, at=at, fields=["clinical"] if clinical else [])
            for who, clinical in shown.items()
        ]
        audit.record_looks(looks)
