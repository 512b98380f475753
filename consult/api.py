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
from consult.services import voids
from consult.services.callers import NewPatient, name_caller, register_caller
from consult.services.exports import CALLS, asked_for
from hospital_crm.lib.keys import read_key
from hospital_crm.lib.rooms import CreatesOnce
from jobs.api import A_FILE, A_JOB, AsAFile, exported_file, request_once
from patients.models import Sex
from patients.services.looks import record_question

if TYPE_CHECKING:
    from django.http import FileResponse
    from rest_framework.request import Request

    from consult.querysets import CallQuerySet


class CallViewSet(CreatesOnce, ReadOnlyModelViewSet[Call]):
    needs = Capability.SEE_CALLS
    queryset = Call.objects.none()
    serializer_class = serializers.CallSerializer
    create_serializer_class = serializers.CallCreateSerializer
    filterset_class = CallApiFilter
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
        corrected = voids.correct_call(
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

    @extend_schema(request=serializers.CallExportSerializer, responses=A_JOB)
    @action(detail=False, methods=["post"], needs=Capability.SEE_FIGURES)
    def export(self, request: Request) -> Response:
        """A job writes the calls that the filters show into a file, which is fetched when the job is done."""
        values, staff, now = self.typed(serializers.CallExportSerializer), staff_of(request), timezone.now()
        record_question(values["filter"]["q"], actor=staff.actor, at=now)
        parameters = asked_for(values["filter"], values["format"])
        return request_once(CALLS, parameters=parameters, submission=values["submission"], staff=staff, at=now)

    @extend_schema(responses=A_FILE, filters=False)
    @action(
        detail=False,
        url_path=r"export/(?P<job>\d+)",
        needs=Capability.SEE_FIGURES,
        filterset_class=None,
        content_negotiation_class=AsAFile,
    )
    def export_file(self, request: Request, job: str) -> FileResponse:
        """The file that this job has written, for whoever asked for it."""
        return exported_file(CALLS, pk=read_key(job), staff=staff_of(request), at=timezone.now())
