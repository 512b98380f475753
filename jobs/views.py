from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import Capability, StaffRequest, needs
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.htmx import render_part
from hospital_crm.lib.paging import page_of
from jobs.models import Job
from jobs.services import jobs as services


@require_safe
@needs(Capability.USE_OWN_ACCOUNT)
def job_list(request: StaffRequest) -> HttpResponse:
    mine = Job.objects.visible_to(request.user).select_related("result")
    context = {"page": page_of(mine, request, ordering=("-pk",)), "open": mine.open().exists()}
    return render_part(request, "jobs/job_list.html", "rows", context)


@require_POST
@needs(Capability.USE_OWN_ACCOUNT)
def job_cancel(request: StaffRequest, pk: int) -> HttpResponse:
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    try:
        services.cancel_job(job=job, actor=request.user.actor, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Job cancelled"))
    return redirect("jobs:job_list")
