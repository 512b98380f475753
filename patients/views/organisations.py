"""Organisations: find, register, open, change, end, take up again."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.access import Capability, StaffRequest, needs, post_only
from hospital_crm.lib.acts import act_page
from hospital_crm.lib.conflict import resolved
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.fields import warn_of_number
from hospital_crm.lib.forms import create_page, edit_page
from hospital_crm.lib.htmx import render_part
from hospital_crm.lib.paging import capped_count, page_of
from jobs.pages import offered
from patients.filters import OrganisationFilter
from patients.forms.organisations import OrganisationCreateForm, OrganisationEditForm, ReasonToEndForm
from patients.models import Employment, Organisation, Reveal
from patients.services import organisations as services

IN_PANEL = 10


@require_safe
@needs(Capability.SEE_ORGANISATIONS)
def organisation_list(request: StaffRequest) -> HttpResponse:
    query = request.GET.copy()
    query.setdefault("state", "active")
    found = OrganisationFilter(query, queryset=visible(request).with_card())
    page = page_of(found.qs, request, ordering=("-registered_at", "-id"))
    context = {
        "filter": found,
        "page": page,
        "count": capped_count(found.qs),
        "export": offered(request, found),
        "now": timezone.now(),
    }
    return render_part(request, "patients/organisation_list.html", "rows", context)


@require_safe
@needs(Capability.SEE_ORGANISATIONS)
def organisation_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """With whom to speak, who works there, when we went there, and its story."""
    organisation = get_object_or_404(visible(request).with_card(), pk=pk)
    story = organisation.timelineentrys.visible_to(request.user).select_related("actor__staff")
    context = {
        "organisation": organisation,
        "page": page_of(story, request, ordering=("-occurred_at", "-id")),
        "contacts": organisation.contacts.open().main_first().select_related("patient"),
        "export": offered(request),
        "employees": employees_of(request, organisation),
        "visits": organisation.visits.with_card().newest_first()[:IN_PANEL],
        "may_reveal": request.user.can(Capability.REVEAL_NUMBERS),
        "may_promise": organisation.is_active and request.user.can(Capability.SEE_PROMISES),
        "purposes": Reveal.Purpose.choices,
        "now": timezone.now(),
        "today": timezone.localdate(),
    }
    audit.record_look(
        actor=request.user.actor, verb="organisation.opened", subject=organisation, at=timezone.now(), fields=[]
    )
    return render_part(request, "patients/organisation_detail.html", "story", context)


def employees_of(request: StaffRequest, organisation: Organisation) -> dict[str, Any]:
    """The first of those whom the reader may find; how many there are, and how many more are not shown."""
    of_all = Employment.objects.of(organisation)
    shown = of_all.visible_to(request.user)
    count = capped_count(shown)
    return {
        "rows": shown.select_related("patient").latest_first()[:IN_PANEL],
        "count": count,
        "not_shown": max(0, capped_count(of_all) - count),
    }


@needs(Capability.SEE_ORGANISATIONS)
def organisation_create(request: StaffRequest) -> HttpResponse:
    mine = {"owner": request.user.pk, "department": request.user.department_id}
    form = OrganisationCreateForm(request.POST or None, initial={**mine, **request.GET.dict()})

    def create() -> Organisation:
        row = services.register_organisation(
            values=form.values, actor=request.user.actor, at=timezone.now(), submission=form.submission
        )
        warn_of_number(request, form.cleaned_data["phone"])
        return row

    return create_page(
        request,
        form=form,
        create=create,
        done_url=lambda pk: reverse("patients:organisation_detail", args=[pk]),
        template="patients/organisation_create.html",
        context={},
    )


@needs(Capability.SEE_ORGANISATIONS)
def organisation_edit(request: StaffRequest, pk: int) -> HttpResponse:
    form = OrganisationEditForm(resolved(request.POST) or None, instance=get_object_or_404(visible(request), pk=pk))

    def save() -> Organisation:
        return services.update_organisation(
            organisation=get_object_or_404(visible(request), pk=pk),
            version=form.version,
            values=form.values,
            actor=request.user.actor,
            at=timezone.now(),
        )

    return edit_page(
        request,
        form=form,
        save=save,
        done_url=reverse("patients:organisation_detail", args=[pk]),
        template="patients/organisation_edit.html",
        context={"organisation": get_object_or_404(visible(request), pk=pk)},
    )


@needs(Capability.SEE_ORGANISATIONS)
def organisation_end(request: StaffRequest, pk: int) -> HttpResponse:
    organisation = get_object_or_404(visible(request), pk=pk)
    form = ReasonToEndForm(request.POST or None)

    def act() -> Organisation:
        reason = form.cleaned_data["reason"]
        return services.end_organisation(
            organisation=organisation, reason=reason, actor=request.user.actor, at=timezone.now()
        )

    return act_page(
        request,
        form=form,
        act=act,
        done=_("Organisation ended"),
        done_url=reverse("patients:organisation_detail", args=[pk]),
        trigger="organisation-changed",
        template="patients/organisation_end.html",
        context={"organisation": organisation},
    )


@post_only
@needs(Capability.SEE_ORGANISATIONS)
def organisation_take_up(request: StaffRequest, pk: int) -> HttpResponse:
    organisation = get_object_or_404(visible(request), pk=pk)
    try:
        services.take_up_organisation(organisation=organisation, actor=request.user.actor, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It counts again"))
    return redirect("patients:organisation_detail", pk=pk)


def visible(request: StaffRequest) -> Any:
    return Organisation.objects.visible_to(request.user)
