"""What is given away of people as files, list by list."""

from functools import partial

from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import Capability, StaffRequest, needs, post_only
from hospital_crm.lib.keys import read_key
from jobs.pages import ask_for_file, file_of
from patients.filters import DataRequestFilter, LookFilter, PairFilter, PatientFilter
from patients.models import DataRequest, DuplicatePair, LookToCheck, Patient, Selection
from patients.services.exports import COLLEAGUES, CONTROL, PAIRS, PEOPLE, REQUESTS, UNUSUAL, VISITS
from patients.services.exports.visits import request_visits

from .registration import read_day


@post_only
@needs(Capability.SEE_FIGURES)
def patient_export(request: StaffRequest) -> HttpResponse:
    """The filter of the page counts, or those of a selection; the file holds what the person may carry away."""
    beside = {}
    if "selection" in request.POST:  # what cannot be read chooses nobody, rather than everybody
        mine = Selection.objects.visible_to(request.user)
        beside["selection"] = get_object_or_404(mine, pk=read_key(request.POST["selection"])).pk
    wanted = PatientFilter(request.POST, queryset=Patient.objects.none(), request=request)
    return ask_for_file(request, PEOPLE, wanted=wanted.form, beside=beside, back="patients:patient_list")


@require_safe
@needs(Capability.SEE_FIGURES)
def patient_export_file(request: StaffRequest, pk: int) -> HttpResponse | FileResponse:
    return file_of(request, PEOPLE, pk)


@post_only
@needs(Capability.SEE_FIGURES)
def visit_export(request: StaffRequest, patient_pk: int) -> HttpResponse:
    """All that the list shows of a patient whom the person may carry away."""
    patient = get_object_or_404(Patient.objects.exportable_by(request.user).known_as(patient_pk))
    back = reverse("patients:visit_list", args=[patient.pk])
    return ask_for_file(request, VISITS, ask=partial(request_visits, patient=patient), back=back)


@require_safe
@needs(Capability.SEE_FIGURES)
def visit_export_file(request: StaffRequest, pk: int) -> HttpResponse | FileResponse:
    return file_of(request, VISITS, pk)


@post_only
@needs(Capability.SEE_FIGURES)
def duplicate_export(request: StaffRequest) -> HttpResponse:
    """The pairs that the page shows, both of whom the person may carry away."""
    wanted = PairFilter(request.POST, queryset=DuplicatePair.objects.none())
    return ask_for_file(request, PAIRS, wanted=wanted.form, back="patients:duplicate_list")


@require_safe
@needs(Capability.SEE_FIGURES)
def duplicate_export_file(request: StaffRequest, pk: int) -> HttpResponse | FileResponse:
    return file_of(request, PAIRS, pk)


@post_only
@needs(Capability.SEE_FIGURES)
def control_export(request: StaffRequest) -> HttpResponse:
    """Both lists of the registration control, of the day that the page shows."""
    day = read_day(request.POST.get("day", ""))
    return ask_for_file(
        request, CONTROL, beside={"day": day.isoformat()}, back=f"{reverse('patients:registration_control')}?day={day}"
    )


@require_safe
@needs(Capability.SEE_FIGURES)
def control_export_file(request: StaffRequest, pk: int) -> HttpResponse | FileResponse:
    return file_of(request, CONTROL, pk)


@post_only
@needs(Capability.SEE_FIGURES)
def request_export(request: StaffRequest) -> HttpResponse:
    """What the page's filter shows, of people whom the person may carry away."""
    wanted = DataRequestFilter(request.POST, queryset=DataRequest.objects.none())
    return ask_for_file(request, REQUESTS, wanted=wanted.form, back="patients:request_list")


@require_safe
@needs(Capability.SEE_FIGURES)
def request_export_file(request: StaffRequest, pk: int) -> HttpResponse | FileResponse:
    return file_of(request, REQUESTS, pk)


@post_only
@needs(Capability.SEE_FIGURES)
def look_export(request: StaffRequest) -> HttpResponse:
    """What the page's filter shows, of colleagues whom the person's figures cover."""
    wanted = LookFilter(request.POST, queryset=LookToCheck.objects.none())
    return ask_for_file(request, UNUSUAL, wanted=wanted.form, back="patients:look_list")


@require_safe
@needs(Capability.SEE_FIGURES)
def look_export_file(request: StaffRequest, pk: int) -> HttpResponse | FileResponse:
    return file_of(request, UNUSUAL, pk)


@post_only
@needs(Capability.SEE_FIGURES)
def colleague_export(request: StaffRequest) -> HttpResponse:
    """All who are named, of patients whom the person may carry away."""
    return ask_for_file(request, COLLEAGUES, back="patients:colleague_list")


@require_safe
@needs(Capability.SEE_FIGURES)
def colleague_export_file(request: StaffRequest, pk: int) -> HttpResponse | FileResponse:
    return file_of(request, COLLEAGUES, pk)
