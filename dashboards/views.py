from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import Capability, StaffRequest, needs, polled
from dashboards import reports, services
from dashboards.forms import ExportForm
from hospital_crm.lib.errors import DuplicateSubmission
from hospital_crm.lib.paging import capped_count
from jobs.models import Job
from jobs.services.jobs import request_job
from messaging.models import Message
from patients.models import Patient

LONGEST_QUESTION = 80
FOUND_ROWS = 20


@require_safe
@needs(Capability.USE_OWN_ACCOUNT)
def workbench(request: StaffRequest) -> HttpResponse:
    staff = request.user
    manages = staff.can(Capability.MANAGE_SETTINGS)
    context = {
        "away": reports.colleagues_away(staff=staff, on=timezone.localdate()),
        "department": staff.department,
        "teams": staff.teams.in_use().order_by("name_zh"),
        "gaps": reports.setup_gaps() if manages else None,
        "sees_promises": staff.can(Capability.SEE_PROMISES),
        "now": timezone.now(),
    }
    return render(request, "dashboards/workbench.html", context)


@require_safe
@needs(Capability.FIND_PEOPLE)
def search(request: StaffRequest) -> HttpResponse:
    """Behind the search box: people, whom the hospital spoke with last first."""
    text = request.GET.get("q", "")[:LONGEST_QUESTION].replace("\0", "")
    people = Patient.objects.visible_to(request.user).found_by(text).with_card().latest_contact_first()
    context = {"q": text, "people": people[:FOUND_ROWS], "now": timezone.now(), "today": timezone.localdate()}
    return render(request, "dashboards/search.html", context)


@require_safe
@polled
@needs(Capability.USE_OWN_ACCOUNT)
def counts(request: StaffRequest) -> HttpResponse:
    """What waits in each section, for the rail; the page asks every half minute."""
    running = Job.objects.visible_to(request.user).open().count()
    context = {"running_jobs": running}
    if request.user.can(Capability.SETTLE_OUTBOX):
        context["unsettled"] = capped_count(Message.objects.visible_to(request.user).for_a_person())
    return render(request, "dashboards/counts.html", context)


@require_safe
@needs(Capability.USE_OWN_ACCOUNT, before_duties=True)
def keys(request: StaffRequest) -> HttpResponse:
    return render(request, "dashboards/keys.html")


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
