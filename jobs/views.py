from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import Capability, StaffRequest, needs, polled, post_only
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.htmx import render_part
from hospital_crm.lib.paging import page_of
from jobs.models import Job
from jobs.services import jobs as services


@require_safe
@needs(Capability.USE_OWN_ACCOUNT)
def job_list(request: StaffRequest) -> HttpResponse:
    return render_part(request, "jobs/job_list.html", "rows", _my_jobs(request))


@require_safe
@polled
@needs(Capability.USE_OWN_ACCOUNT)
def job_rows(request: StaffRequest) -> HttpResponse:
    """The list itself asks again while something is open."""
    return render(request, "jobs/job_list.html#rows", _my_jobs(request))


def _my_jobs(request: StaffRequest) -> dict[str, Any]:
    mine = Job.objects.visible_to(request.user).select_related("result")
    return {
        "page": page_of(mine, request, ordering=("-pk",), path=reverse("jobs:job_list")),
        "open": mine.open().exists(),
        "now": timezone.now(),
    }


@post_only
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
