"""What is masked, shown to whoever says what for."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.access import Capability, StaffRequest, needs, post_only
from hospital_crm.lib.errors import DomainError
from patients.models import Identifier, Patient, Reveal
from patients.services.addresses import reveal_address, reveal_email
from patients.services.identifiers import reveal_identifier

from .phones import SHOWN_SECONDS
from .whom import patient_of

HIDDEN = "***"


@post_only
@needs(Capability.FIND_PEOPLE)
def identifier_reveal(request: StaffRequest, pk: int) -> HttpResponse:
    visible = Patient.objects.visible_to(request.user)
    row = get_object_or_404(Identifier.objects.select_related("patient"), pk=pk, patient__in=visible)

    def look(purpose: Reveal.Purpose) -> str:
        return reveal_identifier(identifier=row, purpose=purpose, staff=request.user, at=timezone.now())

    return _shown(request, patient=row.patient, masked=row.shown, look=look)


@post_only
@needs(Capability.FIND_PEOPLE)
def address_reveal(request: StaffRequest, pk: int) -> HttpResponse:
    patient = patient_of(request, pk)

    def look(purpose: Reveal.Purpose) -> str:
        return reveal_address(patient=patient, purpose=purpose, staff=request.user, at=timezone.now())

    return _shown(request, patient=patient, masked=HIDDEN, look=look)


@post_only
@needs(Capability.FIND_PEOPLE)
def email_reveal(request: StaffRequest, pk: int) -> HttpResponse:
    patient = patient_of(request, pk)

    def look(purpose: Reveal.Purpose) -> str:
        return reveal_email(patient=patient, purpose=purpose, staff=request.user, at=timezone.now())

    return _shown(request, patient=patient, masked=patient.masked_email, look=look)


def _shown(
    request: StaffRequest, *, patient: Patient, masked: str, look: Callable[[Reveal.Purpose], str]
) -> HttpResponse:
    back, purpose = reverse("patients:patient_detail", args=[patient.pk]), request.POST.get("purpose", "")
    if purpose not in Reveal.Purpose.values:
        return redirect(back)
    try:
        text = look(Reveal.Purpose(purpose))
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect(back)
    context = {"patient": patient, "text": text, "masked": masked, "seconds": SHOWN_SECONDS}
    if getattr(request, "htmx", None):
        return render(request, "patients/shown.html#number", context)
    answer = render(request, "patients/shown.html", context)
    answer["Refresh"] = f"{SHOWN_SECONDS}; url={back}"  # masked again, without script too
    return answer
