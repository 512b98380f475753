"""A patient's documents."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from accounts.access import Capability, StaffRequest, needs
from hospital_crm.lib.forms import create_page
from patients.forms import IdentifierForm
from patients.models import Identifier
from patients.services import identifiers as services

from .whom import patient_of


@needs(Capability.FIND_PEOPLE)
def identifier_create(request: StaffRequest, patient_pk: int) -> HttpResponse:
    patient = patient_of(request, patient_pk)
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
