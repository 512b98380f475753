"""One's own long work through the API."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.http import FileResponse, Http404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.access import Capability, actor_of, staff_of
from hospital_crm.lib.errors import DuplicateSubmission
from hospital_crm.lib.exports import ExportPurpose
from hospital_crm.lib.keys import read_key
from hospital_crm.lib.rooms import Room
from jobs.models import Job
from jobs.serializers import JobSerializer
from jobs.services import jobs as services
from jobs.services.exports import Export, fetch_export, must_see, request_export

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from rest_framework.request import Request

    from accounts.models import Staff
    from hospital_crm.lib.exports import ExportSerializer
    from jobs.querysets import JobQuerySet


# What exports are, by the ending of their names; and the same for the schema.
SORTS = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
A_FILE = {(200, sort): OpenApiTypes.BINARY for sort in SORTS.values()}
A_JOB = {200: JobSerializer, 201: JobSerializer}


def ask_once(request: Request, export: Export, told: dict[str, Any], ask: Callable[..., Job]) -> Response:
    """The job that writes the export, as an ExportSerializer was told: a new one, or the one that the same request has
    made before. Raises PermissionDenied.
    """
    must_see(staff_of(request), export)
    kind, purpose, staff = told["format"], ExportPurpose(told["purpose"]), staff_of(request)
    try:
        job = ask(kind=kind, purpose=purpose, submission=told["submission"], staff=staff, at=timezone.now())
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


class GivesFiles(Room):
    """For viewsets whose list can be carried away: by its filters, for a purpose, written by a job."""

    export_of: Export
    export_serializer_class: type[ExportSerializer]

    def get_serializer_class(self) -> Any:
        return self.export_serializer_class if self.action == "export" else super().get_serializer_class()

    def ask_for_file(self, told: dict[str, Any], **order: Any) -> Job:
        """What was sent, and who asks for which kind of file, when and what for."""
        return request_export(export=self.export_of, wanted=told["filter"], **order)

    @extend_schema(responses=A_JOB)
    @action(detail=False, methods=["post"], needs=Capability.SEE_FIGURES)
    def export(self, request: Request) -> Response:
        """A job writes what the filters show into a file, which is fetched when the job is done."""
        must_see(staff_of(request), self.export_of)  # before what was sent is looked at
        told = self.typed(self.export_serializer_class)
        return ask_once(request, self.export_of, told, partial(self.ask_for_file, told))

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
        must_see(staff_of(request), self.export_of)
        return exported_file(self.export_of, pk=read_key(job), staff=staff_of(request), at=timezone.now())


class ExportFileView(APIView):
    """The file that this job has written, for whoever asked for it."""

    content_negotiation_class = AsAFile
    export_of: Export

    @extend_schema(responses=A_FILE)
    def get(self, request: Request, pk: int) -> FileResponse:
        must_see(staff_of(request), self.export_of)
        return exported_file(self.export_of, pk=pk, staff=staff_of(request), at=timezone.now())


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
