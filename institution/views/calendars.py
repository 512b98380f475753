"""When somebody is there: the hospital's calendar and those of departments."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import Capability, StaffRequest, needs
from hospital_crm.lib.conflict import resolved
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.forms import create_page, edit_page
from hospital_crm.lib.keys import read_key
from institution.forms import CalendarForm, HoursForm
from institution.models import WorkingCalendar
from institution.reports import week_lines
from institution.rules import year_to_confirm
from institution.services import calendars as services
from institution.services.working_time import value_of


@require_safe
@needs(Capability.MANAGE_SETTINGS)
def calendar_list(request: StaffRequest) -> HttpResponse:
    calendars = list(WorkingCalendar.objects.in_order().prefetch_related("hours"))
    hospital = calendars[0]
    year = year_to_confirm(value_of(hospital).confirmed_years, timezone.localdate())
    context = {
        "calendars": [(calendar, week_lines(calendar)) for calendar in calendars],
        "unconfirmed": year,
        "year_url": url_of_year(hospital.pk, year) if year else "",
    }
    return render(request, "institution/calendar_list.html", context)


@needs(Capability.MANAGE_SETTINGS)
def calendar_create(request: StaffRequest) -> HttpResponse:
    form = CalendarForm(request.POST or None, initial={"department": request.GET.get("department")})

    def create() -> WorkingCalendar:
        return services.create_calendar(
            department=form.cleaned_data["department"],
            actor=request.user.actor,
            at=timezone.now(),
            submission=form.submission,
        )

    return create_page(
        request,
        form=form,
        create=create,
        done_url=lambda pk: reverse("institution:calendar_edit", args=[pk]),
        template="institution/calendar_create.html",
        context={},
    )


@needs(Capability.MANAGE_SETTINGS)
def calendar_edit(request: StaffRequest, pk: int) -> HttpResponse:
    calendar = get_object_or_404(WorkingCalendar.objects.in_order(), pk=pk)
    form = HoursForm(resolved(request.POST) or None, instance=calendar)

    def save() -> WorkingCalendar:
        stored = get_object_or_404(WorkingCalendar, pk=pk)
        actor, now = request.user.actor, timezone.now()
        return services.set_hours(calendar=stored, **form.values, version=form.version, actor=actor, at=now)

    return edit_page(
        request,
        form=form,
        save=save,
        done_url=reverse("institution:calendar_detail", args=[pk]),
        template="institution/calendar_edit.html",
        context={"calendar": calendar},
    )


@needs(Capability.MANAGE_SETTINGS)
def calendar_remove(request: StaffRequest, pk: int) -> HttpResponse:
    calendar = get_object_or_404(WorkingCalendar.objects.in_order(), pk=pk)
    if request.method != "POST":
        return render(request, "institution/calendar_remove.html", version_of(calendar) | {"calendar": calendar})
    try:
        version = read_key(request.POST.get("version", ""))
        services.remove_calendar(calendar=calendar, version=version, actor=request.user.actor, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("institution:calendar_detail", pk=pk)
    messages.success(request, _("Removed"))
    return redirect("institution:calendar_list")


def version_of(row: Any) -> dict[str, Any]:
    """What a question sends along, so that nobody removes what somebody else has just changed."""
    return {"hidden": [("version", row.version)]}


def url_of_year(pk: int, year: int) -> str:
    return reverse("institution:calendar_detail", args=[pk]) + f"?year={year}"


def done(request: StaffRequest, act: Callable[[], str], pk: int, year: int) -> HttpResponse:
    """What was done, or why not; then back to the year."""
    try:
        messages.success(request, act())
    except DomainError as error:
        messages.error(request, str(error))
    return redirect(url_of_year(pk, year))
