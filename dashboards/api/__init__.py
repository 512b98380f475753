"""Search and figures through the API, from the same reports as the pages."""

from functools import cached_property
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import audit
from accounts.access import Capability, actor_of, staff_of
from accounts.models import AuditEntry
from dashboards import serializers
from dashboards.reports.counts import counts_of
from dashboards.reports.figures import promise_figures
from dashboards.reports.search import find_people
from dashboards.reports.shift import shift_of
from dashboards.reports.team import around
from dashboards.services.looks import looks_at, not_shown, watched_by
from hospital_crm.lib.paging import KeysetPages
from hospital_crm.lib.periods import DaysSerializer, days_asked
from patients.models import Patient
from patients.services.looks import record_question


class Search(APIView):
    """Behind the search box: people, callers, organisations. Sent, so that no name stands in an address."""

    needs = Capability.FIND_PEOPLE

    @extend_schema(request=serializers.QuestionSerializer, responses=serializers.FoundSerializer)
    def post(self, request: Request) -> Response:
        asked = serializers.QuestionSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        text = asked.validated_data["q"]
        record_question(text, actor=actor_of(request), at=timezone.now())
        found = find_people(staff=staff_of(request), text=text)
        return Response(serializers.FoundSerializer(found).data)


class PromiseFiguresView(APIView):
    """How promises were kept on these days, by person, team and day."""

    needs = Capability.SEE_FIGURES

    @extend_schema(parameters=[DaysSerializer], responses=serializers.PromiseFiguresSerializer)
    def get(self, request: Request) -> Response:
        now = timezone.now()
        since, until = days_asked(request.query_params.dict(), today=timezone.localdate(now))
        figures = promise_figures(staff=staff_of(request), since=since, until=until, at=now)
        return Response(serializers.PromiseFiguresSerializer(figures).data)


class CountsView(APIView):
    """What waits for the account: the numbers of the rail."""

    needs = Capability.USE_OWN_ACCOUNT

    @extend_schema(responses=serializers.CountsSerializer)
    def get(self, request: Request) -> Response:
        counts = counts_of(staff_of(request), at=timezone.now())
        return Response(serializers.CountsSerializer(counts).data)


class AroundView(APIView):
    """Who around the account has how much open, how much nobody owns, and how today and yesterday went."""

    needs = Capability.SEE_PROMISES

    @extend_schema(responses=serializers.AroundSerializer)
    def get(self, request: Request) -> Response:
        return Response(serializers.AroundSerializer(around(staff_of(request), at=timezone.now())).data)


class PagesOfLooks(KeysetPages):
    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        said = super().get_paginated_response_schema(schema)
        about = "How many looks there were of people of whom the reader may not know."
        said["properties"]["not_shown"] = {"type": "integer", "description": about}
        return {**said, "required": [*said["required"], "not_shown"]}


class PatientLooks(ListAPIView[AuditEntry]):
    """Who looked at the patient's page, numbers, calls and promises, the last one first."""

    needs = Capability.SEE_AUDIT
    queryset = AuditEntry.objects.none()
    serializer_class = serializers.LookSerializer
    pagination_class = PagesOfLooks
    filterset_class = None
    ordering = ("-at", "-id")

    def get_queryset(self) -> Any:
        return looks_at(self._patient, reader=staff_of(self.request))

    @cached_property
    def _patient(self) -> Patient:
        patient: Patient = get_object_or_404(watched_by(staff_of(self.request)).known_as(self.kwargs["pk"]))
        return patient

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """With `not_shown`: how many looks there were of people of whom the reader may not know."""
        patient, staff = self._patient, staff_of(request)
        audit.record_look(actor=staff.actor, verb="patient.looks_read", subject=patient, at=timezone.now())
        answer = super().list(request, *args, **kwargs)
        answer.data["not_shown"] = not_shown(patient, reader=staff)
        return answer


class ShiftView(APIView):
    """What the account's shift leaves to the next one."""

    needs = Capability.SEE_PROMISES

    @extend_schema(responses=serializers.ShiftSerializer)
    def get(self, request: Request) -> Response:
        return Response(serializers.ShiftSerializer(shift_of(staff_of(request), at=timezone.now())).data)
