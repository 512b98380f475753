"""Who wants no more messages, on the page of a patient."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.access import Capability, StaffRequest, needs
from hospital_crm.lib.forms import create_page
from hospital_crm.lib.htmx import render_part
from jobs.pages import offered
from messaging.forms import LiftForm, OptOutForm
from messaging.models import OptOut
from messaging.services import opt_outs as services
from messaging.services.stops import stopped_purposes, stops_of
from patients.models import Patient


@require_safe
@needs(Capability.FIND_PEOPLE)
def opt_out_list(request: StaffRequest, patient_pk: int) -> HttpResponse:
    """What is stopped, and what was; to the page of consents what is stopped alone."""
    patient, now = _patient(request, patient_pk), timezone.now()
    audit.record_look(actor=request.user.actor, verb="patient.opened", subject=patient, at=now)
    rows = list(stops_of(patient).newest_first().select_related("recorded_by__staff", "lifted_by__staff"))
    may_export = Patient.objects.exportable_by(request.user).filter(pk=patient.pk).exists()
    export = offered(request) if may_export else None
    in_force = [row for row in rows if row.is_open]
    purposes = stopped_purposes(patient, in_force)
    stopped = {"stopped": in_force, "stopped_purposes": purposes}
    context = {"patient": patient, "rows": rows, "export": export, **stopped, "now": now}
    return render_part(request, "messaging/opt_out_list.html", "stopped", context)


@needs(Capability.FIND_PEOPLE)
def opt_out_create(request: StaffRequest, patient_pk: int) -> HttpResponse:
    patient = _patient(request, patient_pk)
    form = OptOutForm(request.POST or None, patient=patient)

    def create() -> OptOut:
        values, way = form.values(patient), OptOut.Way.COLLEAGUE
        row, _new = services.opt_out(**values, way=way, actor=request.user.actor, at=timezone.now())
        return row

    return create_page(
        request,
        form=form,
        create=create,
        done_url=lambda _pk: reverse("messaging:opt_out_list", args=[patient.pk]),
        template="messaging/opt_out_create.html",
        context={"patient": patient},
    )


@needs(Capability.FIND_PEOPLE)
def opt_out_lift(request: StaffRequest, patient_pk: int, pk: int) -> HttpResponse:
    """With the reason; the form shows what it is about."""
    patient = _patient(request, patient_pk)
    row = get_object_or_404(stops_of(patient), pk=pk)
    back_url = reverse("messaging:opt_out_list", args=[patient.pk])
    if not row.is_open:
        messages.info(request, _("This opt-out was lifted before."))
        return redirect(back_url)
    form = LiftForm(request.POST or None)

    def lift() -> OptOut:
        reason = form.cleaned_data["reason"]
        return services.lift_opt_out(opt_out=row, reason=reason, actor=request.user.actor, at=timezone.now())

    return create_page(
        request,
        form=form,
        create=lift,
        done_url=lambda _pk: back_url,
        template="messaging/opt_out_lift.html",
        context={"patient": patient, "row": row, "now": timezone.now()},
    )


def _patient(request: StaffRequest, pk: int) -> Patient:
    """Whoever has the key by now. Raises Http404 for whom the reader may not find."""
    return get_object_or_404(Patient.objects.visible_to(request.user).known_as(pk))
