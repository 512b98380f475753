"""Imports through the API: the pages' own services."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.access import Capability, actor_of, staff_of
from hospital_crm.lib.parsers import FlatJSONParser
from hospital_crm.lib.rooms import CreatesOnce
from patients.models import Import
from patients.querysets.imports import ImportQuerySet
from patients.serializers import imports as serializers
from patients.services.imports import runs
from patients.services.imports.mappings import Mapping


class ImportViewSet(CreatesOnce, ReadOnlyModelViewSet[Import]):
    """Bring a file, say what its columns are, run it, and read which rows were left out."""

    needs = Capability.IMPORT_PATIENTS
    queryset = Import.objects.none()
    serializer_class = serializers.ImportSerializer
    create_serializer_class = serializers.ImportCreateSerializer
    filterset_class = None
    ordering = ("-pk",)
    parser_classes = (MultiPartParser, FlatJSONParser)

    def get_queryset(self) -> ImportQuerySet:
        return Import.objects.visible_to(staff_of(self.request)).with_card()

    @extend_schema(
        request={"multipart/form-data": serializers.ImportCreateSerializer},
        responses={201: serializers.ImportSerializer},
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The file is kept and its heading is known."""
        return super().create(request, *args, **kwargs)

    def make(self, values: dict[str, Any]) -> Import:
        return runs.bring_file(
            kind=Import.Kind(values["kind"]),
            content=values["file"],
            submission=values["submission"],
            actor=actor_of(self.request),
            at=timezone.now(),
        )

    @extend_schema(request=serializers.MappingSerializer)
    @action(detail=True, methods=["post"])
    def columns(self, request: Request, pk: str) -> Response:
        """It is known which column holds what."""
        run, told = self.get_object(), self.typed(serializers.MappingSerializer)
        mapping = Mapping(run.kind, told["columns"], told["scope"], told["historic"])
        remember_as, actor = told["remember_as"], actor_of(request)
        return self.answer(
            runs.map_columns(run=run, mapping=mapping, remember_as=remember_as, actor=actor, at=timezone.now())
        )

    @extend_schema(request=serializers.StartSerializer)
    @action(detail=True, methods=["post"])
    def start(self, request: Request, pk: str) -> Response:
        """A job imports the rows, or only tries to."""
        run, told = self.get_object(), self.typed(serializers.StartSerializer)
        started = runs.start_import(
            run=run, is_trial=told["trial"], actor=actor_of(request), at=timezone.now(), submission=told["submission"]
        )
        return self.answer(started)

    @extend_schema(responses=serializers.ImportFaultSerializer(many=True), filters=False)
    @action(detail=True, ordering=("row", "id"))
    def faults(self, request: Request, pk: str) -> Response:
        """Which rows were left out, and why."""
        rows = self.paginate_queryset(self.get_object().faults.select_related("run"))
        return self.get_paginated_response(serializers.ImportFaultSerializer(rows, many=True).data)
