"""Unusual looks, and which patients work here, through the API."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts import audit
from accounts.access import Capability, actor_of, staff_of
from hospital_crm.lib.exports import ExportSerializer
from hospital_crm.lib.rooms import CreatesOnce
from jobs.api import GivesFiles
from jobs.models import Job
from jobs.services.exports import request_export
from patients.filters import LookFilter
from patients.models import ColleagueRecord, LookToCheck, Patient
from patients.querysets.rights import ColleagueRecordQuerySet, LookToCheckQuerySet
from patients.serializers import rights as serializers
from patients.serializers.exports import UnusualLookExportSerializer
from patients.services import colleagues
from patients.services import unusual as services
from patients.services.exports import COLLEAGUES, UNUSUAL


class LookToCheckViewSet(GivesFiles, ReadOnlyModelViewSet[LookToCheck]):
    needs = Capability.CHECK_LOOKS
    queryset = LookToCheck.objects.none()
    serializer_class = serializers.LookToCheckSerializer
    filterset_class = LookFilter
    export_of = UNUSUAL
    export_serializer_class = UnusualLookExportSerializer
    ordering = ("-day", "-id")

    def get_queryset(self) -> LookToCheckQuerySet:
        return LookToCheck.objects.visible_to(staff_of(self.request)).with_card()

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()
        self._look(row)
        return Response(self.get_serializer(row).data)

    @extend_schema(responses=serializers.LookedSerializer(many=True), filters=False)
    @action(detail=True, ordering=("-at", "-id"), filterset_class=None)
    def looks(self, request: Request, pk: str) -> Response:
        """Each look that it is about, the last one first; whom, as far as the reader may know."""
        row = self.get_object()
        self._look(row)
        entries = self.paginate_queryset(services.looks_behind(row)) or []
        keys = [entry.whom for entry in entries]
        known = set(Patient.objects.visible_to(staff_of(request)).filter(pk__in=keys).values_list("pk", flat=True))
        told = serializers.LookedSerializer(entries, many=True, context={"known": known})
        return self.get_paginated_response(told.data)

    def _look(self, row: LookToCheck) -> None:
        audit.record_look(actor=actor_of(self.request), verb="look.opened", subject=row, at=timezone.now())

    @extend_schema(request=serializers.CheckSerializer)
    @action(detail=True, methods=["post"])
    def explain(self, request: Request, pk: str) -> Response:
        """The person had a reason."""
        return self._check(LookToCheck.State.EXPLAINED)

    @extend_schema(request=serializers.CheckSerializer)
    @action(detail=True, methods=["post"], url_path="pass-on")
    def pass_on(self, request: Request, pk: str) -> Response:
        """Somebody else deals with it."""
        return self._check(LookToCheck.State.PASSED_ON)

    def _check(self, state: LookToCheck.State) -> Response:
        row, values = self.get_object(), self.typed(serializers.CheckSerializer)
        services.check_look(look=row, state=state, **values, actor=actor_of(self.request), at=timezone.now())
        return self.answer(row)


class ColleagueRecordViewSet(GivesFiles, CreatesOnce, ReadOnlyModelViewSet[ColleagueRecord]):
    needs = Capability.NAME_COLLEAGUES
    queryset = ColleagueRecord.objects.none()
    serializer_class = serializers.ColleagueRecordSerializer
    create_serializer_class = serializers.NewColleagueRecordSerializer
    export_of = COLLEAGUES
    export_serializer_class = ExportSerializer
    filterset_class = None
    ordering = ("-id",)

    def get_queryset(self) -> ColleagueRecordQuerySet:
        return ColleagueRecord.objects.visible_to(staff_of(self.request)).with_card()

    @extend_schema(
        request=serializers.NewColleagueRecordSerializer, responses={201: serializers.ColleagueRecordSerializer}
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().create(request, *args, **kwargs)

    def ask_for_file(self, told: dict[str, Any], **order: Any) -> Job:
        return request_export(export=COLLEAGUES, wanted={}, **order)

    def make(self, values: dict[str, Any]) -> ColleagueRecord:
        return colleagues.name_colleague(**values, actor=actor_of(self.request), at=timezone.now())

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """Looks at the record are like any others."""
        row = colleagues.end_colleague(record=self.get_object(), actor=actor_of(request), at=timezone.now())
        return self.answer(row)
