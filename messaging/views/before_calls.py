"""What speaks against ringing a patient: beside the number, wherever it stands in clear."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.access import Capability, StaffRequest, needs
from hospital_crm.lib.htmx import is_asked_for, render_part
from messaging.services.before_calls import besides_death, doubts_about_calls
from patients.models import Patient


@require_safe
@needs(Capability.FIND_PEOPLE)
def before_calls(request: StaffRequest, patient_pk: int) -> HttpResponse:
    """For whoever is about to ring; without script a page of its own."""
    now = timezone.now()
    visible = Patient.objects.visible_to(request.user, timezone.localdate(now))
    patient = get_object_or_404(visible.known_as(patient_pk))
    audit.record_look(actor=request.user.actor, verb="patient.opened", subject=patient, at=now)
    phones = list(patient.phones.valid().primary_first())
    found = doubts_about_calls(target=patient, numbers=[phone.digits for phone in phones], at=now)
    context = {
        "patient": patient,
        "doubts": besides_death(found.of_all) if is_asked_for(request, "doubts") else found.of_all,
        "numbers": [(phone, each) for phone, each in zip(phones, found.of_each, strict=False) if each],
        "now": now,
    }
    return render_part(request, "messaging/before_calls.html", "doubts", context)
