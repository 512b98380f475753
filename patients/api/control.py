"""The registration control of a day as a file: ask for it; fetch it when the job is done."""

from functools import partial

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import Capability, staff_of
from jobs.api import A_JOB, ExportFileView, ask_once
from jobs.services.exports import must_see, request_export
from patients.serializers.exports import ControlExportSerializer
from patients.services.exports import CONTROL


class ControlExport(APIView):
    """Of a day both lists: visits without a registration, registrations without a visit."""

    needs = Capability.SEE_FIGURES

    @extend_schema(request=ControlExportSerializer, responses=A_JOB)
    def post(self, request: Request) -> Response:
        must_see(staff_of(request), CONTROL)  # before what was sent is looked at
        sent = ControlExportSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        beside = {"day": sent.validated_data["day"].isoformat()}
        ask = partial(request_export, export=CONTROL, wanted={}, beside=beside)
        return ask_once(request, CONTROL, sent.validated_data, ask)


class ControlExportFile(ExportFileView):
    needs = Capability.SEE_FIGURES
    export_of = CONTROL
