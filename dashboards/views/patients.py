"""What the rooms above know of a patient, for the patient's page: in one request."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import Capability, StaffRequest, needs
from consult.models import Call
from hospital_crm.lib.htmx import render_part
from messaging.services.stops import stopped_purposes, stops_of
from patients.models import Patient
from promises.models import Promise
from promises.services.deadlines import years_unconfirmed


@require_safe
@needs(Capability.FIND_PEOPLE)
def ahead_for_patient(request: StaffRequest, pk: int) -> HttpResponse:
    """What is open for the patient, and the last calls; without script a page of its own."""
    staff, now = request.user, timezone.now()
    today = timezone.localdate(now)
    patient = get_object_or_404(Patient.objects.visible_to(staff, today).known_as(pk))
    ahead = list(Promise.objects.ahead_of(patient, staff, today))
    stopped = list(stops_of(patient).open().newest_first())
    context = {
        "patient": patient,
        "ahead": ahead,
        "unconfirmed": years_unconfirmed(ahead, today=today),
        "late": sum(promise.lateness(now) != "" for promise in ahead),
        "calls": list(Call.objects.last_of(patient, staff)),
        "stopped": stopped,
        "stopped_purposes": stopped_purposes(patient, stopped),
        "now": now,
        "today": today,
    }
    return render_part(request, "dashboards/ahead_for_patient.html", "ahead", context)
