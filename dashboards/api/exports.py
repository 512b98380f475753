"""The audit, and who looked at a patient, as files: ask for one; fetch it when the job is done."""

from functools import partial

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import Capability, staff_of
from dashboards.serializers import AuditExportSerializer
from dashboards.services.audit import AUDIT
from dashboards.services.look_exports import LOOKS, request_looks
from dashboards.services.looks import watched_by
from hospital_crm.lib.exports import ExportSerializer
from jobs.api import A_JOB, ExportFileView, ask_once
from jobs.services.exports import request_export


class AuditExport(APIView):
    """The entries that the filter of the page shows."""

    needs = Capability.SEE_AUDIT

    @extend_schema(request=AuditExportSerializer, responses=A_JOB)
    def post(self, request: Request) -> Response:
        sent = AuditExportSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        wanted = {name: sent.validated_data[name] for name in ("who", "verb", "since", "until")}
        return ask_once(request, AUDIT, sent.validated_data, partial(request_export, export=AUDIT, wanted=wanted))


class AuditExportFile(ExportFileView):
    needs = Capability.SEE_AUDIT
    export_of = AUDIT


class LookExport(APIView):
    """Who looked at a patient, as far as the caller may read the audit."""

    needs = Capability.SEE_AUDIT

    @extend_schema(request=ExportSerializer, responses=A_JOB)
    def post(self, request: Request, pk: int) -> Response:
        patient = get_object_or_404(watched_by(staff_of(request)).known_as(pk))
        sent = ExportSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        return ask_once(request, LOOKS, sent.validated_data, partial(request_looks, patient=patient))


class LookExportFile(ExportFileView):
    needs = Capability.SEE_AUDIT
    export_of = LOOKS
