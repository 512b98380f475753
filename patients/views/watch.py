"""Unusual looks: the list, one of them with whom somebody looked at, what was found; and which patients work here."""

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
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.forms import create_page
from hospital_crm.lib.htmx import render_part
from hospital_crm.lib.paging import capped_count, page_of
from jobs.pages import offered
from patients.filters import LookFilter
from patients.forms.watch import CheckForm, ColleagueForm
from patients.models import ColleagueRecord, LookToCheck, Patient
from patients.services import colleagues
from patients.services import unusual as services
from patients.services.duplicates import find_by_number


@require_safe
@needs(Capability.CHECK_LOOKS)
def look_list(request: StaffRequest) -> HttpResponse:
    query = request.GET.copy()
    query.setdefault("state", LookToCheck.State.OPEN)
    looks = LookFilter(query, queryset=LookToCheck.objects.visible_to(request.user))
    page = page_of(looks.qs.with_card(), request, ordering=("-day", "-pk"))
    context = {
        "filter": looks,
        "page": page,
        "count": capped_count(looks.qs),
        "may_name": request.user.can(Capability.NAME_COLLEAGUES),
        "export": offered(request, looks),
        **_clock(),
    }
    return render_part(request, "patients/look_list.html", "rows", context)


@require_safe
@needs(Capability.CHECK_LOOKS)
def look_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Who, when, how many against the usual, and whom, as far as the reader may know; reading it is on record."""
    look = _look(request, pk)
    audit.record_look(actor=request.user.actor, verb="look.opened", subject=look, at=timezone.now())
    page = page_of(services.looks_behind(look), request, ordering=("-at", "-id"))
    people = Patient.objects.visible_to(request.user).in_bulk({entry.whom for entry in page.rows if entry.whom})
    context = {
        "look": look,
        "page": page,
        "rows": [{"entry": entry, "patient": people.get(entry.whom)} for entry in page.rows],
        **_clock(),
    }
    return render_part(request, "patients/look_detail.html", "rows", context)


@needs(Capability.CHECK_LOOKS)
def look_check(request: StaffRequest, pk: int) -> HttpResponse:
    look = _look(request, pk)
    if request.method != "POST" and not look.is_open:
        return redirect("patients:look_detail", pk=pk)
    form = CheckForm(request.POST or None, initial={"version": look.version})

    def act() -> LookToCheck:
        return services.check_look(
            look=look,
            version=form.cleaned_data["version"],
            state=LookToCheck.State(form.cleaned_data["state"]),
            words=form.cleaned_data["words"],
            actor=request.user.actor,
            at=timezone.now(),
        )

    return create_page(
        request,
        form=form,
        create=act,
        done_url=lambda key: reverse("patients:look_detail", args=[key]),
        template="patients/look_check.html",
        context={"look": look, **_clock()},
    )


@require_safe
@needs(Capability.NAME_COLLEAGUES)
def colleague_list(request: StaffRequest) -> HttpResponse:
    """Which patients work here, as far as it was told; nobody else reads it."""
    records = ColleagueRecord.objects.visible_to(request.user).open()
    page = page_of(records.with_card(), request, ordering=("-pk",))
    context = {"page": page, "count": capped_count(records), "export": offered(request), **_clock()}
    return render_part(request, "patients/colleague_list.html", "rows", context)


@needs(Capability.NAME_COLLEAGUES)
def colleague_create(request: StaffRequest) -> HttpResponse:
    form = ColleagueForm(request.POST or None, reader=request.user)

    def create() -> ColleagueRecord:
        among = Patient.objects.visible_to(request.user)
        return colleagues.name_colleague(
            patient=find_by_number(form.cleaned_data["number"], among=among),
            staff=form.cleaned_data["staff"],
            actor=request.user.actor,
            at=timezone.now(),
            submission=form.submission,
        )

    return create_page(
        request,
        form=form,
        create=create,
        done_url=lambda _pk: reverse("patients:colleague_list"),
        template="patients/colleague_create.html",
        context={},
    )


@post_only
@needs(Capability.NAME_COLLEAGUES)
def colleague_end(request: StaffRequest, pk: int) -> HttpResponse:
    record = get_object_or_404(ColleagueRecord.objects.visible_to(request.user), pk=pk)
    try:
        colleagues.end_colleague(record=record, actor=request.user.actor, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("No colleague's record any more"))
    return redirect("patients:colleague_list")


def _look(request: StaffRequest, pk: int) -> LookToCheck:
    return get_object_or_404(LookToCheck.objects.visible_to(request.user).with_card(), pk=pk)


def _clock() -> dict[str, Any]:
    return {"now": timezone.now(), "today": timezone.localdate()}
