"""One's own long work through the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.access import Capability, actor_of, staff_of
from hospital_crm.lib.rooms import Room
from jobs.models import Job
from jobs.serializers import JobSerializer
from jobs.services import jobs as services

if TYPE_CHECKING:
    from rest_framework.request import Request

    from jobs.querysets import JobQuerySet


class JobViewSet(Room, ReadOnlyModelViewSet[Job]):
    needs = Capability.USE_OWN_ACCOUNT
    queryset = Job.objects.none()
    serializer_class = JobSerializer
    filterset_class = None

    def get_queryset(self) -> JobQuerySet:
        return Job.objects.visible_to(staff_of(self.request))

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """It goes no further."""
        job = self.get_object()
        services.cancel_job(job=job, actor=actor_of(request), at=timezone.now())
        return self.answer(job)
