"""Organisations."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts import audit
from accounts.access import Capability, actor_of, staff_of
from hospital_crm.lib.rooms import CreatesOnce
from jobs.api import GivesFiles
from patients import filters
from patients.models import Organisation
from patients.serializers import TimelineEntrySerializer
from patients.serializers import organisations as serializers
from patients.serializers.exports import OrganisationExportSerializer
from patients.services import organisations as services
from patients.services.exports import ORGANISATIONS


class OrganisationViewSet(GivesFiles, CreatesOnce, ReadOnlyModelViewSet[Organisation]):
    """Companies, communities, schools, clinics, suppliers; those that ended stay."""

    needs = Capability.SEE_ORGANISATIONS
    queryset = Organisation.objects.none()
    serializer_class = serializers.OrganisationSerializer
    create_serializer_class = serializers.OrganisationCreateSerializer
    filterset_class = filters.OrganisationFilter
    export_of = ORGANISATIONS
    export_serializer_class = OrganisationExportSerializer
    ordering = ("-registered_at", "-id")

    def get_queryset(self) -> Any:
        return Organisation.objects.visible_to(staff_of(self.request))

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()
        audit.record_look(actor=actor_of(request), verb="organisation.opened", subject=row, at=timezone.now())
        return Response(self.get_serializer(row).data)

    @extend_schema(
        request=serializers.OrganisationCreateSerializer, responses={201: serializers.OrganisationSerializer}
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().create(request, *args, **kwargs)

    def make(self, values: dict[str, Any]) -> Organisation:
        submission = values.pop("submission")
        return services.register_organisation(
            values=serializers.columns(values),
            submission=submission,
            actor=actor_of(self.request),
            at=timezone.now(),
        )

    @extend_schema(request=serializers.OrganisationUpdateSerializer)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What was left out stays."""
        row = self.get_object()
        values = serializers.columns(self.changed(serializers.OrganisationUpdateSerializer, row))
        version = values.pop("version")
        services.update_organisation(
            organisation=row, version=version, values=values, actor=actor_of(request), at=timezone.now()
        )
        return self.answer(row)

    @extend_schema(request=serializers.EndSerializer)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """The hospital has nothing more to do with it; what was promised stays owed."""
        reason = self.typed(serializers.EndSerializer)["reason"]
        row = services.end_organisation(
            organisation=self.get_object(), reason=reason, actor=actor_of(request), at=timezone.now()
        )
        return self.answer(row)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"], url_path="take-up")
    def take_up(self, request: Request, pk: str) -> Response:
        """It counts again."""
        row = services.take_up_organisation(organisation=self.get_object(), actor=actor_of(request), at=timezone.now())
        return self.answer(row)

    @extend_schema(responses=TimelineEntrySerializer(many=True), filters=False)
    @action(detail=True, ordering=("-occurred_at", "-id"), filterset_class=None)
    def timeline(self, request: Request, pk: str) -> Response:
        """Its story, newest first."""
        row = self.get_object()
        audit.record_look(actor=actor_of(request), verb="organisation.opened", subject=row, at=timezone.now())
        story = row.timelineentrys.visible_to(staff_of(request)).select_related("actor__staff")
        rows = self.paginate_queryset(story)
        return self.get_paginated_response(TimelineEntrySerializer(rows, many=True).data)
