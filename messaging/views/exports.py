"""The outbox as a file, and what one patient has stopped."""

from functools import partial

from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import Capability, StaffRequest, needs, post_only
from jobs.pages import ask_for_file, file_of
from messaging.filters import MessageFilter
from messaging.models import Message
from messaging.services.exports import MESSAGES
from messaging.services.opt_out_exports import OPT_OUTS, request_opt_outs
from patients.models import Patient


@post_only
@needs(Capability.SEE_FIGURES)
def message_export(request: StaffRequest) -> HttpResponse:
    """The filter of the page counts; the file holds what the person may carry away."""
    wanted = MessageFilter(request.POST, queryset=Message.objects.none(), request=request)
    return ask_for_file(request, MESSAGES, wanted=wanted.form, back="messaging:outbox")


@require_safe
@needs(Capability.SEE_FIGURES)
def message_export_file(request: StaffRequest, pk: int) -> HttpResponse | FileResponse:
    return file_of(request, MESSAGES, pk)


@post_only
@needs(Capability.SEE_FIGURES)
def opt_out_export(request: StaffRequest, patient_pk: int) -> HttpResponse:
    """All that the list shows of a patient whom the person may carry away."""
    patient = get_object_or_404(Patient.objects.exportable_by(request.user).known_as(patient_pk))
    back = reverse("messaging:opt_out_list", args=[patient.pk])
    return ask_for_file(request, OPT_OUTS, ask=partial(request_opt_outs, patient=patient), back=back)


@require_safe
@needs(Capability.SEE_FIGURES)
def opt_out_export_file(request: StaffRequest, pk: int) -> HttpResponse | FileResponse:
    return file_of(request, OPT_OUTS, pk)
