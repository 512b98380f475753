"""Registration control: who was here without the desk, and whom the desk registered for nothing."""

from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import Capability, StaffRequest, needs, post_only
from hospital_crm.lib.acts import next_url
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.moments import BEFORE_ALL
from hospital_crm.lib.paging import capped_count, page_of
from jobs.pages import offered
from patients.models import Patient, Visit
from patients.services.desk import register_at_desk

from .whom import patient_of

MISSED, IDLE = "missed", "idle"  # visits without a registration, registrations without a visit


@require_safe
@needs(Capability.CONTROL_REGISTRATION)
def registration_control(request: StaffRequest) -> HttpResponse:
    day, shown = read_day(request.GET.get("day", "")), request.GET.get("show", "")
    visits = Visit.objects.visible_to(request.user).missed_by_desk(day).select_related("patient", "department")
    people = Patient.objects.visible_to(request.user).registered_at_desk_on(day).without_visit_on(day)
    is_idle = shown == IDLE
    page = (
        page_of(people.with_card(), request, ordering=("-desk_registered_at", "-id"))
        if is_idle
        else page_of(visits, request, ordering=("-starts_at", "-id"))
    )
    counts = {MISSED: capped_count(visits), IDLE: capped_count(people)}
    context = {
        "day": day,
        "before_url": _url(day - timedelta(days=1), shown),
        "after_url": _url(day + timedelta(days=1), shown) if day < timezone.localdate() else "",
        "chips": [
            {"label": label, "url": _url(day, name), "is_current": is_idle == (name == IDLE), "count": counts[name]}
            for name, label in ((MISSED, _("Visits without registration")), (IDLE, _("Registrations without visit")))
        ],
        "is_idle": is_idle,
        "page": page,
        "count": counts[IDLE if is_idle else MISSED],
        "export": offered(request, day=str(day)) if any(counts.values()) else None,
        "now": timezone.now(),
        "today": timezone.localdate(),
    }
    return render(request, "patients/registration_control.html", context)


@post_only
@needs(Capability.CONTROL_REGISTRATION)
def desk_register(request: StaffRequest, pk: int) -> HttpResponse:
    patient = patient_of(request, pk)
    try:
        register_at_desk(patient=patient, actor=request.user.actor, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Registered now"))
    return redirect(next_url(request, reverse("patients:patient_detail", args=[patient.pk])))


def read_day(text: str) -> date:
    """The day that was asked for; today for anything else, and for what is still to come."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return timezone.localdate()
    return day if BEFORE_ALL < day <= timezone.localdate() else timezone.localdate()


def _url(day: date, shown: str) -> str:
    query = {"day": day.isoformat(), **({"show": shown} if shown else {})}
    return f"{reverse('patients:registration_control')}?{urlencode(query)}"
