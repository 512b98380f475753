"""Visits to organisations."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.access import Capability, actor_of, staff_of
from hospital_crm.lib.rooms import CreatesOnce
from patients import filters
from patients.models import OrganisationVisit
from patients.serializers import organisation_visits as serializers
from patients.serializers.organisations import EndSerializer
from patients.services import organisation_visits as visits
from patients.services.exports import VISITS_THERE

from .organisation_people import OfOneOrganisation


class OrganisationVisitViewSet(OfOneOrganisation, CreatesOnce, ReadOnlyModelViewSet[OrganisationVisit]):
    """When our people go there: planned, held, cancelled."""

    needs = Capability.SEE_ORGANISATIONS
    queryset = OrganisationVisit.objects.none()
    serializer_class = serializers.OrganisationVisitSerializer
    create_serializer_class = serializers.OrganisationVisitCreateSerializer
    filterset_class = filters.OrganisationVisitFilter
    export_of = VISITS_THERE
    ordering = ("-on_day", "-id")

    def get_queryset(self) -> Any:
        return OrganisationVisit.objects.visible_to(staff_of(self.request)).select_related("organisation")

    @extend_schema(
        request=serializers.OrganisationVisitCreateSerializer,
        responses={201: serializers.OrganisationVisitSerializer},
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Planned; with a `result` it was held already."""
        return super().create(request, *args, **kwargs)

    def make(self, values: dict[str, Any]) -> OrganisationVisit:
        given = {name: values.pop(name) for name in ("organisation", "result", "submission")}
        return visits.plan_organisation_visit(**given, values=values, actor=actor_of(self.request), at=timezone.now())

    @extend_schema(request=serializers.OrganisationVisitUpdateSerializer)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What is planned changes; what was left out stays."""
        row = self.get_object()
        values = self.changed(serializers.OrganisationVisitUpdateSerializer, row)
        visits.update_organisation_visit(
            visit=row, version=values.pop("version"), values=values, actor=actor_of(request), at=timezone.now()
        )
        return self.answer(row)

    @extend_schema(request=serializers.HeldSerializer)
    @action(detail=True, methods=["post"])
    def hold(self, request: Request, pk: str) -> Response:
        """They were there, and it is known what came of it."""
        row, told = self.get_object(), self.typed(serializers.HeldSerializer)
        told = {"on_day": row.on_day, "visited_by": row.visited_by} | told
        return self.answer(
            visits.hold_organisation_visit(visit=row, **told, actor=actor_of(request), at=timezone.now())
        )

    @extend_schema(request=EndSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Nobody goes there."""
        row, reason = self.get_object(), self.typed(EndSerializer)["reason"]
        return self.answer(
            visits.cancel_organisation_visit(visit=row, reason=reason, actor=actor_of(request), at=timezone.now())
        )
