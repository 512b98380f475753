"""A patient's documents: added, masked, revealed with a purpose."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.access import Capability, StaffRequest, needs, post_only
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.forms import create_page
from patients.forms import IdentifierForm
from patients.models import Identifier, Patient, Reveal
from patients.services import identifiers as services

from .phones import SHOWN_SECONDS


@needs(Capability.FIND_PEOPLE)
def identifier_create(request: StaffRequest, patient_pk: int) -> HttpResponse:
    patient = get_object_or_404(Patient.objects.visible_to(request.user), pk=patient_pk)
    form = IdentifierForm(request.POST or None)

    def create() -> Identifier:
        return services.add_identifier(
            patient=patient, new=form.new, actor=request.user.actor, at=timezone.now(), submission=form.submission
        )

    return create_page(
        request,
        form=form,
        create=create,
        done_url=lambda _pk: reverse("patients:patient_detail", args=[patient.pk]),
        template="patients/identifier_create.html",
        context={"patient": patient},
    )


@post_only
@needs(Capability.FIND_PEOPLE)
def identifier_reveal(request: StaffRequest, pk: int) -> HttpResponse:
    visible = Patient.objects.visible_to(request.user)
    row = get_object_or_404(Identifier.objects.select_related("patient"), pk=pk, patient__in=visible)
    back, purpose = reverse("patients:patient_detail", args=[row.patient_id]), request.POST.get("purpose", "")
    if purpose not in Reveal.Purpose.values:
        return redirect(back)
    try:
        number = services.reveal_identifier(
            identifier=row, purpose=Reveal.Purpose(purpose), staff=request.user, at=timezone.now()
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect(back)
    context = {"identifier": row, "number": number, "seconds": SHOWN_SECONDS}
    if getattr(request, "htmx", None):
        return render(request, "patients/identifier_reveal.html#number", context)
    answer = render(request, "patients/identifier_reveal.html", context)
    answer["Refresh"] = f"{SHOWN_SECONDS}; url={back}"  # masked again, without script too
    return answer
