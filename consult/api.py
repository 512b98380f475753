"""Calls through the API: the pages' own filter, scope and services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts import audit
from accounts.access import Capability, actor_of, staff_of
from consult import serializers
from consult.filters import CallApiFilter
from consult.models import Call
from consult.services import calls as services
from consult.services import corrections, voids
from consult.services.callers import NewPatient, name_caller, register_caller
from consult.services.exports import CALLS
from hospital_crm.lib.rooms import CreatesOnce
from jobs.api import GivesFiles
from patients.models import Sex
from patients.services.looks import record_question

if TYPE_CHECKING:
    from rest_framework.request import Request

    from consult.querysets import CallQuerySet


class CallViewSet(GivesFiles, CreatesOnce, ReadOnlyModelViewSet[Call]):
    needs = Capability.SEE_CALLS
    queryset = Call.objects.none()
    serializer_class = serializers.CallSerializer
    create_serializer_class = serializers.CallCreateSerializer
    filterset_class = CallApiFilter
    export_of = CALLS
    export_serializer_class = serializers.CallExportSerializer
    ordering = ("-started_at", "-id")

    def get_queryset(self) -> CallQuerySet:
        reader = staff_of(self.request)
        return Call.objects.visible_to(reader).with_card().with_promises_for(reader, timezone.localdate())

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        record_question(request.query_params.get("q", ""), actor=actor_of(request), at=timezone.now())
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        call = self.get_object()
        audit.record_look(actor=actor_of(request), verb="call.opened", subject=call, at=timezone.now())
        return Response(self.get_serializer(call).data)

    @extend_schema(request=serializers.CallCreateSerializer, responses={201: serializers.CallSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Log a call, with what it promises, settles and tries."""
        return super().create(request, *args, **kwargs)

    def make(self, values: dict[str, Any]) -> Call:
        record = serializers.record_of(values)
        submission = values["submission"]
        return services.log_call(record=record, staff=staff_of(self.request), at=timezone.now(), submission=submission)

    @extend_schema(request=serializers.CallCorrectSerializer, responses={201: serializers.CallSerializer})
    @action(detail=True, methods=["post"])
    def correct(self, request: Request, pk: str) -> Response:
        """It is voided, and another that names it stands in its place, with what was wrong told anew."""
        call = self.get_object()
        context = {**self.get_serializer_context(), "call": call}
        sent = serializers.CallCorrectSerializer(data=request.data, context=context)
        sent.is_valid(raise_exception=True)
        values = sent.validated_data
        corrected = corrections.correct_call(
            call=call,
            record=serializers.record_of(values),
            reason=values["reason"],
            staff=staff_of(request),
            at=timezone.now(),
        )
        return self.answer(corrected, status.HTTP_201_CREATED)

    @extend_schema(request=serializers.VoidSerializer)
    @action(detail=True, methods=["post"])
    def void(self, request: Request, pk: str) -> Response:
        """It counts no longer; what it settled is owed again."""
        reason = self.typed(serializers.VoidSerializer)["reason"]
        call = self.get_object()
        voids.void_call(call=call, reason=reason, staff=staff_of(request), at=timezone.now())
        return self.answer(call)

    @extend_schema(request=serializers.CallerSerializer)
    @action(detail=True, methods=["post"])
    def caller(self, request: Request, pk: str) -> Response:
        """The caller is this patient, or becomes a new one."""
        call, who = self.get_object(), self.typed(serializers.CallerSerializer)
        actor, now = actor_of(request), timezone.now()
        if who["patient"] is not None:
            name_caller(call=call, patient=who["patient"], actor=actor, at=now)
        else:
            register_caller(call=call, new=NewPatient(who["name"], Sex(who["sex"])), actor=actor, at=now)
        return self.answer(call)
