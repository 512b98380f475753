"""Under which open id a patient follows the official account."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.access import Capability, StaffRequest, needs
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.forms import explain
from messaging.forms.followers import FollowerForm
from messaging.services.followers import follower_of, name_follower
from patients.models import Patient


@needs(Capability.FIND_PEOPLE)
def follower_edit(request: StaffRequest, patient_pk: int) -> HttpResponse:
    """Whoever may write down a patient's documents enters it; it stands masked among them."""
    patient = get_object_or_404(Patient.objects.visible_to(request.user).known_as(patient_pk))
    actor, now = request.user.actor, timezone.now()
    audit.record_look(actor=actor, verb="patient.opened", subject=patient, at=now)
    known = follower_of(patient)
    form = FollowerForm(request.POST or None, masked=known.shown if known else "")
    if form.is_valid():
        try:
            name_follower(patient=patient, open_id=form.cleaned_data["open_id"], actor=actor, at=now)
        except DomainError as error:
            explain(form, error)
        else:
            messages.success(request, _("Saved"))
            return redirect("patients:patient_detail", pk=patient.pk)
    return render(request, "messaging/follower_edit.html", {"form": form, "patient": patient})
