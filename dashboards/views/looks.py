"""Who looked at a patient: for whoever answers for that."""

from functools import partial

from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.access import Capability, Scope, StaffRequest, needs, post_only
from dashboards.services.look_exports import LOOKS, request_looks
from dashboards.services.looks import looks_at, not_shown, watched_by
from hospital_crm.lib.exports import offer_of
from hospital_crm.lib.htmx import render_part
from hospital_crm.lib.paging import page_of
from jobs.pages import ask_for_file, file_of


@require_safe
@needs(Capability.SEE_AUDIT)
def patient_looks(request: StaffRequest, pk: int) -> HttpResponse:
    """Every look on record, the last one first; this one is on record too."""
    patient = get_object_or_404(watched_by(request.user).known_as(pk))
    audit.record_look(actor=request.user.actor, verb="patient.looks_read", subject=patient, at=timezone.now())
    page = page_of(looks_at(patient, reader=request.user), request, ordering=("-at", "-id"))
    may_open = request.user.can(Capability.FIND_PEOPLE)
    context = {
        "patient": patient,
        "may_open": may_open,
        "sees_all": Scope.HOSPITAL in request.user.scope(Capability.SEE_AUDIT),
        "not_shown": not_shown(patient, reader=request.user),
        "page": page,
        "export": offer_of(),
        "now": timezone.now(),
    }
    return render_part(request, "dashboards/patient_looks.html", "rows", context)


@post_only
@needs(Capability.SEE_AUDIT)
def look_export(request: StaffRequest, pk: int) -> HttpResponse:
    """All that the page shows of a patient."""
    patient = get_object_or_404(watched_by(request.user).known_as(pk))
    back = reverse("dashboards:patient_looks", args=[patient.pk])
    return ask_for_file(request, LOOKS, ask=partial(request_looks, patient=patient), back=back)


@require_safe
@needs(Capability.SEE_AUDIT)
def look_export_file(request: StaffRequest, pk: int) -> HttpResponse | FileResponse:
    return file_of(request, LOOKS, pk)
