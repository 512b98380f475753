"""The list as a file."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import Capability, StaffRequest, needs
from consult.filters import CallFilter
from consult.forms import ExportForm
from consult.models import Call
from consult.services import exports as services
from hospital_crm.lib.errors import DuplicateSubmission
from jobs.models import Job
from jobs.services.jobs import request_job


@require_POST
@needs(Capability.SEE_FIGURES)
def call_export(request: StaffRequest) -> HttpResponse:
    """The filter of the page counts; the file holds what the person may carry away."""
    form, wanted = ExportForm(request.POST), CallFilter(request.POST, queryset=Call.objects.none())
    if not form.is_valid() or not wanted.form.is_valid():
        messages.error(request, _("The filter cannot be read. Set it again and export once more."))
        return redirect("consult:call_list")
    parameters = {
        "filter": {name: _plain(value) for name, value in wanted.form.cleaned_data.items() if value},
        "format": form.cleaned_data["format"],
        "language": get_language(),
    }
    try:
        request_job(
            kind=services.CALL_EXPORT,
            parameters=parameters,
            actor=request.user.actor,
            at=timezone.now(),
            submission=form.submission,
        )
    except DuplicateSubmission as duplicate:
        messages.info(request, str(duplicate))
    return redirect("jobs:job_list")


def _plain(value: Any) -> Any:
    """As JSON keeps it: a row by its key, a day by its date."""
    return getattr(value, "pk", None) or (value.isoformat() if hasattr(value, "isoformat") else value)


@require_safe
@needs(Capability.SEE_FIGURES)
def call_export_file(request: StaffRequest, pk: int) -> HttpResponse | FileResponse:
    mine = Job.objects.visible_to(request.user).of_kinds(services.CALL_EXPORT)
    job = get_object_or_404(mine.select_related("result"), pk=pk, result__isnull=False)
    stored = job.result
    assert stored is not None  # noqa: S101  for the type checker: the query asks for it
    services.record_download(stored=stored, staff=request.user, at=timezone.now())
    return FileResponse(stored.content.open("rb"), as_attachment=True, filename=stored.name)
