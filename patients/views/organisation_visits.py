"""Visits to an organisation: listed, planned, changed, held, cancelled."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import Capability, StaffRequest, needs
from hospital_crm.lib.acts import act_page
from hospital_crm.lib.conflict import resolved
from hospital_crm.lib.forms import create_page, edit_page
from hospital_crm.lib.paging import page_of
from jobs.pages import offered
from patients.forms.organisation_visits import HoldVisitForm, OrganisationVisitCreateForm, OrganisationVisitEditForm
from patients.forms.organisations import ReasonToEndForm
from patients.models import OrganisationVisit
from patients.services import organisation_visits as services

from .organisations import visible

CHANGED = "organisation-changed"


@require_safe
@needs(Capability.SEE_ORGANISATIONS)
def organisation_visit_list(request: StaffRequest, organisation_pk: int) -> HttpResponse:
    organisation = get_object_or_404(visible(request), pk=organisation_pk)
    rows = organisation.visits.visible_to(request.user).with_card()
    page = page_of(rows, request, ordering=("-on_day", "-id"))
    context = {"organisation": organisation, "page": page, "export": offered(request)}
    return render(request, "patients/organisation_visit_list.html", context)


@needs(Capability.SEE_ORGANISATIONS)
def organisation_visit_create(request: StaffRequest, organisation_pk: int) -> HttpResponse:
    organisation = get_object_or_404(visible(request), pk=organisation_pk)
    form = OrganisationVisitCreateForm(request.POST or None, initial={"visited_by": request.user.pk})

    def create() -> OrganisationVisit:
        return services.plan_organisation_visit(
            organisation=organisation,
            values=form.values,
            result=form.cleaned_data["result"],
            actor=request.user.actor,
            at=timezone.now(),
            submission=form.submission,
        )

    return create_page(
        request,
        form=form,
        create=create,
        done_url=lambda _pk: _page(organisation_pk),
        template="patients/organisation_visit_create.html",
        context={"organisation": organisation},
    )


@needs(Capability.SEE_ORGANISATIONS)
def organisation_visit_edit(request: StaffRequest, pk: int) -> HttpResponse:
    visit = get_object_or_404(_visits(request), pk=pk)
    if not visit.is_planned:
        return _settled(request, visit)
    form = OrganisationVisitEditForm(resolved(request.POST) or None, instance=visit)

    def save() -> OrganisationVisit:
        return services.update_organisation_visit(
            visit=get_object_or_404(_visits(request), pk=pk),
            version=form.version,
            values=form.values,
            actor=request.user.actor,
            at=timezone.now(),
        )

    return edit_page(
        request,
        form=form,
        save=save,
        done_url=_page(visit.organisation_id),
        template="patients/organisation_visit_edit.html",
        context={"visit": visit},
    )


@needs(Capability.SEE_ORGANISATIONS)
def organisation_visit_hold(request: StaffRequest, pk: int) -> HttpResponse:
    """It was held; whoever promises something next goes on to that form."""
    visit = get_object_or_404(_visits(request), pk=pk)
    if request.method != "POST" and not visit.is_planned:
        return _settled(request, visit)
    form = HoldVisitForm(request.POST or None, visit=visit)

    def act() -> OrganisationVisit:
        told = {name: form.cleaned_data[name] for name in ("on_day", "visited_by", "result")}
        return services.hold_organisation_visit(visit=visit, **told, actor=request.user.actor, at=timezone.now())

    goes_on = form.is_bound and form.is_valid() and form.cleaned_data["promises_next"]
    page = _page(visit.organisation_id)
    return act_page(
        request,
        form=form,
        act=act,
        done=_("Visit held"),
        done_url=reverse("promises:organisation_promise_create", args=[visit.organisation_id]) if goes_on else page,
        trigger=CHANGED,
        template="patients/organisation_visit_hold.html",
        context={"visit": visit, "about_url": page},
    )


@needs(Capability.SEE_ORGANISATIONS)
def organisation_visit_cancel(request: StaffRequest, pk: int) -> HttpResponse:
    visit = get_object_or_404(_visits(request), pk=pk)
    if request.method != "POST" and not visit.is_planned:
        return _settled(request, visit)
    form = ReasonToEndForm(request.POST or None)

    def act() -> OrganisationVisit:
        reason = form.cleaned_data["reason"]
        return services.cancel_organisation_visit(
            visit=visit, reason=reason, actor=request.user.actor, at=timezone.now()
        )

    return act_page(
        request,
        form=form,
        act=act,
        done=_("Visit called off"),
        done_url=_page(visit.organisation_id),
        trigger=CHANGED,
        template="patients/organisation_visit_cancel.html",
        context={"visit": visit},
    )


def _settled(request: StaffRequest, visit: OrganisationVisit) -> HttpResponse:
    messages.error(request, str(services.VisitIsSettled()))
    return redirect(_page(visit.organisation_id))


def _visits(request: StaffRequest) -> Any:
    return OrganisationVisit.objects.visible_to(request.user).with_card()


def _page(organisation: int) -> str:
    return reverse("patients:organisation_detail", args=[organisation])
