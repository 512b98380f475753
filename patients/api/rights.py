"""What people ask about their data, through the API: the pages' own scope and services."""

from typing import Any

from django.http import FileResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts import audit
from accounts.access import Capability, actor_of, staff_of
from hospital_crm.lib.rooms import CreatesOnce
from jobs.api import GivesFiles
from patients.filters import DataRequestFilter
from patients.models import DataRequest
from patients.querysets.rights import DataRequestQuerySet
from patients.serializers import rights as serializers
from patients.serializers.exports import DataRequestExportSerializer
from patients.services import rights as services
from patients.services.copies import CopyPurpose, ask_for_copy, fetch_copy
from patients.services.erasing import approve_erasure
from patients.services.exports import REQUESTS

A_COPY = {(200, "application/json"): OpenApiTypes.OBJECT}


class DataRequestViewSet(GivesFiles, CreatesOnce, ReadOnlyModelViewSet[DataRequest]):
    needs = Capability.RECORD_DATA_REQUESTS
    queryset = DataRequest.objects.none()
    serializer_class = serializers.DataRequestSerializer
    create_serializer_class = serializers.NewDataRequestSerializer
    filterset_class = DataRequestFilter
    export_of = REQUESTS
    export_serializer_class = DataRequestExportSerializer
    ordering = ("-id",)

    def get_queryset(self) -> DataRequestQuerySet:
        seen = DataRequest.objects.visible_to(staff_of(self.request)).with_card().select_related("copy__result")
        return seen.prefetch_related("steps", "kept", "patient__merged_from")

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()
        audit.record_look(actor=actor_of(request), verb="patient.opened", subject=row.patient, at=timezone.now())
        return Response(self.get_serializer(row).data)

    @extend_schema(request=serializers.NewDataRequestSerializer, responses={201: serializers.DataRequestSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().create(request, *args, **kwargs)

    def make(self, values: dict[str, Any]) -> DataRequest:
        return services.open_request(**values, actor=actor_of(self.request), at=timezone.now())

    @extend_schema(request=serializers.AnswerSerializer)
    @action(detail=True, methods=["post"], needs=Capability.ANSWER_DATA_REQUESTS)
    def done(self, request: Request, pk: str) -> Response:
        """The person has the copy."""
        return self._act(services.answer_request, serializers.AnswerSerializer)

    @extend_schema(request=serializers.AnswerSerializer)
    @action(detail=True, methods=["post"], needs=Capability.ANSWER_DATA_REQUESTS)
    def refuse(self, request: Request, pk: str) -> Response:
        """It is not done, for a reason that the person is told."""
        return self._act(services.refuse_request, serializers.AnswerSerializer)

    @extend_schema(request=serializers.ApproveSerializer)
    @action(detail=True, methods=["post"], needs=Capability.ANSWER_DATA_REQUESTS)
    def approve(self, request: Request, pk: str) -> Response:
        """The erasure begins, and nothing stops it: by somebody else than who wrote the request down."""
        return self._act(approve_erasure, serializers.ApproveSerializer)

    def _act(self, service: Any, serializer_class: Any) -> Response:
        row, values = self.get_object(), self.typed(serializer_class)
        service(request=row, **values, actor=actor_of(self.request), at=timezone.now())
        return self.answer(row)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"], needs=Capability.ANSWER_DATA_REQUESTS)
    def copy(self, request: Request, pk: str) -> Response:
        """A job writes the copy anew; `copy_state` says when it is there."""
        row = self.get_object()
        ask_for_copy(request=row, actor=actor_of(request), at=timezone.now())
        return self.answer(row)

    @extend_schema(request=serializers.FetchSerializer, responses=A_COPY)
    @action(detail=True, methods=["post"], url_path="copy-file", needs=Capability.ANSWER_DATA_REQUESTS)
    def copy_file(self, request: Request, pk: str) -> FileResponse:
        """Everything that is held about the person, in clear; that it was fetched is on record with its purpose."""
        row, purpose = self.get_object(), CopyPurpose(self.typed(serializers.FetchSerializer)["purpose"])
        stored = fetch_copy(request=row, purpose=purpose, staff=staff_of(request), at=timezone.now())
        file = stored.content.open("rb")
        return FileResponse(file, as_attachment=True, filename=stored.name, content_type="application/json")
