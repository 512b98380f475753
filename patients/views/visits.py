"""When somebody was here: in a panel of the patient's page, as a list, recorded, changed, cancelled."""

from typing import Any

from django.contrib import messages
from django.db.models import BigIntegerField
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.access import Capability, Scope, StaffRequest, needs
from accounts.models.readers import reader_of
from hospital_crm.lib.acts import act_page
from hospital_crm.lib.conflict import resolved
from hospital_crm.lib.forms import create_page, edit_page
from hospital_crm.lib.paging import page_of
from hospital_crm.lib.prepared import Gap, Prepared
from jobs.pages import offered
from patients.forms.visits import (
    CancelForm,
    ClinicalVisitCreateForm,
    ClinicalVisitEditForm,
    VisitCreateForm,
    VisitEditForm,
)
from patients.models import Patient, Visit
from patients.querysets.visits import VisitQuerySet
from patients.services import visits as services
from patients.services.phones import owes

from .whom import patient_of

IN_PANEL = 5

_last = Prepared[Visit](is_planned_once=True)


@require_safe
@needs(Capability.FIND_PEOPLE)
def visit_list(request: StaffRequest, patient_pk: int) -> HttpResponse:
    patient = patient_of(request, patient_pk)
    page = page_of(_readable(request).filter(patient=patient), request, ordering=("-starts_at", "-id"))
    audit.record_look(
        actor=request.user.actor,
        verb="patient.visits_opened",
        subject=patient,
        at=timezone.now(),
        fields=["clinical"] if any(visit.shows_clinical for visit in page.rows) else [],
    )
    may_export = Patient.objects.exportable_by(request.user).filter(pk=patient.pk).exists()
    export = offered(request) if may_export else None
    context = {"patient": patient, "page": page, "export": export, "now": timezone.now()}
    return render(request, "patients/visit_list.html", context)


def last_visits(request: StaffRequest, patient: Patient) -> list[Visit]:
    """What the panel of the patient's page shows."""
    asks = reader_of(request.user, timezone.localdate())

    def last() -> VisitQuerySet:
        visits = Visit.objects.filter(patient=Gap("patient", BigIntegerField()))
        told = visits.with_clinical_for(asks.anybody, asks.today).with_first_diagnosis()
        return told.select_related("department").newest_first()[:IN_PANEL]

    return _last.rows(asks.shape, last, {**asks.values, "patient": patient.pk})


@needs(Capability.FIND_PEOPLE)
def visit_create(request: StaffRequest, patient_pk: int) -> HttpResponse:
    patient = patient_of(request, patient_pk)
    kind = ClinicalVisitCreateForm if _may_tell_clinical(request, patient) else VisitCreateForm
    form = kind(request.POST or None, initial={"department": patient.department_id})

    def create() -> Visit:
        return services.record_visit(
            patient=patient,
            values=form.values,
            clinical=form.clinical,
            actor=request.user.actor,
            at=timezone.now(),
            submission=form.submission,
        )

    return create_page(
        request,
        form=form,
        create=create,
        done_url=lambda _pk: _list_url(patient.pk),
        template="patients/visit_create.html",
        context={"patient": patient},
    )


@needs(Capability.FIND_PEOPLE)
def visit_edit(request: StaffRequest, pk: int) -> HttpResponse:
    visit = get_object_or_404(_readable(request), pk=pk)
    if visit.is_cancelled:
        messages.error(request, str(services.VisitAlreadyCancelled()))
        return redirect(_list_url(visit.patient_id))
    _look(request, visit)
    kind = ClinicalVisitEditForm if visit.shows_clinical else VisitEditForm
    form = kind(resolved(request.POST) or None, instance=visit)

    def save() -> Visit:
        return services.update_visit(
            visit=get_object_or_404(_readable(request), pk=pk),
            version=form.version,
            values=form.values,
            clinical=form.clinical,
            actor=request.user.actor,
            at=timezone.now(),
        )

    return edit_page(
        request,
        form=form,
        save=save,
        done_url=_list_url(visit.patient_id),
        template="patients/visit_edit.html",
        context={"visit": visit, "now": timezone.now()},
    )


@needs(Capability.FIND_PEOPLE)
def visit_cancel(request: StaffRequest, pk: int) -> HttpResponse:
    visit = get_object_or_404(_readable(request), pk=pk)
    form = CancelForm(request.POST or None)

    def act() -> Visit:
        reason = form.cleaned_data["reason"]
        return services.cancel_visit(visit=visit, reason=reason, actor=request.user.actor, at=timezone.now())

    return act_page(
        request,
        form=form,
        act=act,
        done=_("Visit cancelled"),
        done_url=_list_url(visit.patient_id),
        trigger="visits-changed",
        template="patients/visit_cancel.html",
        context={"visit": visit, "now": timezone.now()},
    )


def _readable(request: StaffRequest) -> VisitQuerySet:
    today = timezone.localdate()
    return Visit.objects.visible_to(request.user, today).with_clinical_for(request.user, today).with_card()


def _may_tell_clinical(request: StaffRequest, patient: Patient) -> bool:
    """Beforehand nobody knows at which department the visit will be: the own one counts."""
    scope: Any = request.user.scope(Capability.SEE_CLINICAL)
    if scope & ~Scope.OPEN_PROMISE:
        return True
    return bool(scope) and owes(staff=request.user, patient=patient, on=timezone.localdate())


def _look(request: StaffRequest, visit: Visit) -> None:
    fields = ["clinical"] if visit.shows_clinical else []
    actor, at = request.user.actor, timezone.now()
    audit.record_look(actor=actor, verb="patient.visits_opened", subject=visit.patient, at=at, fields=fields)


def _list_url(patient: int) -> str:
    return reverse("patients:visit_list", args=[patient])
