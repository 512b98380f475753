"""The audit as a file: ask for it, fetch it."""

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import Capability, StaffRequest, needs
from dashboards import services
from dashboards.forms import ExportForm
from hospital_crm.lib.errors import DuplicateSubmission
from jobs.models import Job
from jobs.services.jobs import request_job


@require_POST
@needs(Capability.SEE_AUDIT)
def audit_export(request: StaffRequest) -> HttpResponse:
    """The filter of the page counts; the file holds what the person may see."""
    form = ExportForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("The filter cannot be read. Set it again and export once more."))
        return redirect("accounts:audit_list")
    try:
        request_job(
            kind=services.AUDIT_EXPORT,
            parameters=form.parameters,
            actor=request.user.actor,
            at=timezone.now(),
            submission=form.submission,
        )
    except DuplicateSubmission as duplicate:
        messages.info(request, str(duplicate))
    return redirect("jobs:job_list")


@require_safe
@needs(Capability.SEE_AUDIT)
def audit_export_file(request: StaffRequest, pk: int) -> HttpResponse | FileResponse:
    job = get_object_or_404(
        Job.objects.visible_to(request.user).of_kinds(services.AUDIT_EXPORT).select_related("result"),
        pk=pk,
        result__isnull=False,
    )
    stored = job.result
    assert stored is not None  # noqa: S101  for the type checker: the query asks for it
    services.record_download(stored=stored, staff=request.user, at=timezone.now())
    return FileResponse(stored.content.open("rb"), as_attachment=True, filename=stored.name)
