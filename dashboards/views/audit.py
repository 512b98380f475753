"""The audit as a file: ask for it, fetch it."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import Capability, StaffRequest, needs, post_only
from accounts.services.submissions import sending_of
from dashboards.forms import ExportForm
from dashboards.services.audit import AUDIT
from hospital_crm.lib.acts import act_once
from jobs.models import Job
from jobs.services.exports import RightsHaveChanged, fetch_export
from jobs.services.jobs import request_job


@post_only
@needs(Capability.SEE_AUDIT)
def audit_export(request: StaffRequest) -> HttpResponse:
    """The filter of the page counts; the file holds what the person may see."""
    form = ExportForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("The filter cannot be read. Set it again and export once more."))
        return redirect("accounts:audit_list")

    def ask() -> Job:
        return request_job(
            kind=AUDIT.kind,
            parameters=form.parameters,
            actor=request.user.actor,
            at=timezone.now(),
            submission=sending_of(request),
        )

    act_once(request, ask)
    return redirect("jobs:job_list")


@require_safe
@needs(Capability.SEE_AUDIT)
def audit_export_file(request: StaffRequest, pk: int) -> HttpResponse | FileResponse:
    try:
        stored = fetch_export(AUDIT, pk=pk, staff=request.user, at=timezone.now())
    except Job.DoesNotExist as missing:
        raise Http404("export") from missing
    except RightsHaveChanged as changed:
        messages.error(request, str(changed))
        return redirect("jobs:job_list")
    return FileResponse(stored.content.open("rb"), as_attachment=True, filename=stored.name)
