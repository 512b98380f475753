"""The audit as a file: ask for it, fetch it."""

from django.http import FileResponse, HttpResponse
from django.views.decorators.http import require_safe

from accounts.access import Capability, StaffRequest, needs, post_only
from dashboards.forms import AuditConditions
from dashboards.services.audit import AUDIT
from jobs.pages import ask_for_file, file_of


@post_only
@needs(Capability.SEE_AUDIT)
def audit_export(request: StaffRequest) -> HttpResponse:
    """The filter of the page counts; the file holds what the person may see."""
    return ask_for_file(request, AUDIT, wanted=AuditConditions(request.POST), back="accounts:audit_list")


@require_safe
@needs(Capability.SEE_AUDIT)
def audit_export_file(request: StaffRequest, pk: int) -> HttpResponse | FileResponse:
    return file_of(request, AUDIT, pk)
