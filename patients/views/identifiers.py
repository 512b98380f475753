"""A patient's documents."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Capability, StaffRequest, needs
from hospital_crm.lib.districts import districts
from hospital_crm.lib.forms import create_page
from hospital_crm.lib.resident_id import AREA_DIGITS
from patients.forms import IdentifierForm
from patients.models import Identifier
from patients.services import identifiers as services

from .whom import patient_of


def warn_of_area(request: StaffRequest, new: Iterable[services.NewIdentifier]) -> None:
    """A card was saved whose first digits are no district, not even a past one: it is right or wrong all the same."""
    cards = [each.number for each in new if each.type == Identifier.Type.RESIDENT_ID]
    if any(number[:AREA_DIGITS] not in districts() for number in cards):
        words = _("The first six digits of the card are no district that is known here. Is it as it was told?")
        messages.warning(request, words)


@needs(Capability.FIND_PEOPLE)
def identifier_create(request: StaffRequest, patient_pk: int) -> HttpResponse:
    patient = patient_of(request, patient_pk)
    form = IdentifierForm(request.POST or None)

    def create() -> Identifier:
        identifier = services.add_identifier(
            patient=patient, new=form.new, actor=request.user.actor, at=timezone.now(), submission=form.submission
        )
        warn_of_area(request, [form.new])
        return identifier

    return create_page(
        request,
        form=form,
        create=create,
        done_url=lambda _pk: reverse("patients:patient_detail", args=[patient.pk]),
        template="patients/identifier_create.html",
        context={"patient": patient},
    )
