"""Tags on a patient's page: put on, taken off."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Capability, StaffRequest, needs, post_only
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.forms import create_page
from hospital_crm.lib.keys import read_key
from patients.forms.bulk import TagsForm
from patients.models import Patient, PatientTag
from patients.services.tags import tag_patient, untag_patient


@needs(Capability.FIND_PEOPLE)
def tag_create(request: StaffRequest, patient_pk: int) -> HttpResponse:
    """Several at once, of those that are not there yet."""
    patient = get_object_or_404(Patient.objects.visible_to(request.user).known_as(patient_pk))
    there = set() if request.method == "POST" else set(patient.tags.values_list("tag", flat=True))
    form = TagsForm(request.POST or None, besides=there)

    def create() -> Patient:
        return tag_patient(
            patient=patient,
            tags=list(form.cleaned_data["tags"]),
            actor=request.user.actor,
            at=timezone.now(),
            submission=form.submission,
        )

    return create_page(
        request,
        form=form,
        create=create,
        done_url=lambda _pk: reverse("patients:patient_detail", args=[patient.pk]),
        template="patients/tag_create.html",
        context={"patient": patient},
    )


@post_only
@needs(Capability.FIND_PEOPLE)
def tag_remove(request: StaffRequest, pk: int) -> HttpResponse:
    """One that somebody else has taken off meanwhile is said to be gone: the form names the patient too."""
    visible = Patient.objects.visible_to(request.user)
    there = PatientTag.objects.filter(pk=pk, patient__in=visible).first()
    key = there.patient_id if there else read_key(request.POST.get("patient", ""))
    patient = get_object_or_404(visible.known_as(key))
    tags = [there.tag] if there else []
    try:
        untag_patient(patient=patient, tags=tags, actor=request.user.actor, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Tag removed"))
    return redirect("patients:patient_detail", pk=patient.pk)
