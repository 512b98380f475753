"""One's own long work through the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import FileResponse, Http404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.access import Capability, actor_of, staff_of
from hospital_crm.lib.errors import DuplicateSubmission
from hospital_crm.lib.rooms import Room
from jobs.models import Job
from jobs.serializers import JobSerializer
from jobs.services import jobs as services
from jobs.services.exports import Export, fetch_export

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

    from rest_framework.request import Request

    from accounts.models import Staff
    from jobs.querysets import JobQuerySet


# What exports are, by the ending of their names; and the same for the schema.
SORTS = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
A_FILE = {(200, sort): OpenApiTypes.BINARY for sort in SORTS.values()}
A_JOB = {200: JobSerializer, 201: JobSerializer}


def request_once(
    export: Export, *, parameters: dict[str, Any], submission: UUID | None, staff: Staff, at: datetime
) -> Response:
    """The job that writes the export: a new one, or the one that the same request has made before."""

    def ask() -> Job:
        return services.request_job(
            kind=export.kind, parameters=parameters, actor=staff.actor, at=at, submission=submission
        )

    return answer_once(export, ask, staff=staff)


def answer_once(export: Export, ask: Callable[[], Job], *, staff: Staff) -> Response:
    """The same where asking is a service of the app's own."""
    try:
        job = ask()
    except DuplicateSubmission as duplicate:
        mine = Job.objects.visible_to(staff).of_kinds(export.kind)
        if (first := mine.filter(pk=duplicate.subject_id).first()) is None:
            raise
        return Response(JobSerializer(first).data)
    return Response(JobSerializer(job).data, status=status.HTTP_201_CREATED)


class AsAFile(BaseContentNegotiation):
    """A file comes as what it is, whatever was asked for."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


def exported_file(export: Export, *, pk: int, staff: Staff, at: datetime) -> FileResponse:
    """What the person asked for, as a file to keep. Raises Http404, RightsHaveChanged."""
    try:
        stored = fetch_export(export, pk=pk, staff=staff, at=at)
    except Job.DoesNotExist as missing:
        raise Http404("export") from missing
    sort = SORTS[stored.name.rpartition(".")[2]]
    return FileResponse(stored.content.open("rb"), as_attachment=True, filename=stored.name, content_type=sort)


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
