"""People on file as a file to carry away."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import Capability, StaffRequest, needs, post_only
from accounts.services.submissions import sending_of
from hospital_crm.lib.acts import act_once
from hospital_crm.lib.keys import read_key
from jobs.models import Job
from jobs.services.exports import RightsHaveChanged, fetch_export
from patients.filters import PatientFilter
from patients.forms.exports import ExportForm
from patients.models import Patient, Selection
from patients.services.exports import PEOPLE, ExportPurpose, request_export
from patients.services.looks import record_question


@post_only
@needs(Capability.SEE_FIGURES)
def patient_export(request: StaffRequest) -> HttpResponse:
    """The filter of the page counts; the file holds what the person may carry away."""
    form, wanted = (
        ExportForm(request.POST),
        PatientFilter(request.POST, queryset=Patient.objects.none(), request=request),
    )
    if not form.is_valid() or not wanted.form.is_valid():
        messages.error(request, _("The filter cannot be read. Set it again and export once more."))
        return redirect("patients:patient_list")
    record_question(wanted.form.cleaned_data["q"], actor=request.user.actor, at=timezone.now())

    selection = None
    if "selection" in request.POST:  # what cannot be read chooses nobody, rather than everybody
        mine = Selection.objects.visible_to(request.user)
        selection = get_object_or_404(mine, pk=read_key(request.POST["selection"]))

    def ask() -> Job:
        return request_export(
            wanted=wanted.form.cleaned_data,
            selection=selection,
            kind=form.cleaned_data["format"],
            purpose=ExportPurpose(form.cleaned_data["purpose"]),
            staff=request.user,
            at=timezone.now(),
            submission=sending_of(request),
        )

    act_once(request, ask)
    return redirect("jobs:job_list")


@require_safe
@needs(Capability.SEE_FIGURES)
def patient_export_file(request: StaffRequest, pk: int) -> HttpResponse | FileResponse:
    try:
        stored = fetch_export(PEOPLE, pk=pk, staff=request.user, at=timezone.now())
    except Job.DoesNotExist as missing:
        raise Http404("export") from missing
    except RightsHaveChanged as changed:
        messages.error(request, str(changed))
        return redirect("jobs:job_list")
    return FileResponse(stored.content.open("rb"), as_attachment=True, filename=stored.name)
