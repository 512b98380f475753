"""A patient's numbers: masked, revealed with a purpose, added, one of them to be dialled first."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Capability, StaffRequest, needs, post_only
from hospital_crm.lib.conflict import resolved
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.fields import warn_of_number
from hospital_crm.lib.forms import create_page, edit_page
from patients.forms import PhoneEditForm, PhoneForm
from patients.models import Patient, Phone, Reveal
from patients.services import phones as services
from patients.services.identifiers import MayNotReveal
from patients.services.phone_checks import update_phone

from .whom import patient_of

SHOWN_SECONDS = 30  # then it is masked again


@post_only
@needs(Capability.FIND_PEOPLE)
def phone_reveal(request: StaffRequest, pk: int) -> HttpResponse:
    visible = Patient.objects.visible_to(request.user)
    phone = get_object_or_404(Phone.objects.select_related("patient"), pk=pk, patient__in=visible)
    purpose = request.POST.get("purpose", "")
    if purpose not in Reveal.Purpose.values:
        return redirect("patients:patient_detail", pk=phone.patient_id)
    now = timezone.now()
    try:
        services.reveal_phone(phone=phone, purpose=Reveal.Purpose(purpose), staff=request.user, at=now)
    except MayNotReveal as refusal:
        messages.error(request, str(refusal))
        return redirect("patients:patient_detail", pk=phone.patient_id)
    context = {"phone": phone, "seconds": SHOWN_SECONDS, "now": now}
    if getattr(request, "htmx", None):
        return render(request, "patients/phone_reveal.html#number", context)
    answer = render(request, "patients/phone_reveal.html", context)
    back = reverse("patients:patient_detail", args=[phone.patient_id])
    answer["Refresh"] = f"{SHOWN_SECONDS}; url={back}"  # masked again, without script too
    return answer


@post_only
@needs(Capability.FIND_PEOPLE)
def phone_choose(request: StaffRequest, pk: int) -> HttpResponse:
    visible = Patient.objects.visible_to(request.user)
    phone = get_object_or_404(Phone.objects.select_related("patient"), pk=pk, patient__in=visible)
    try:
        services.choose_phone(phone=phone, actor=request.user.actor, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("This number is dialled first from now on"))
    return redirect("patients:patient_detail", pk=phone.patient_id)


@needs(Capability.FIND_PEOPLE)
def phone_create(request: StaffRequest, patient_pk: int) -> HttpResponse:
    patient = patient_of(request, patient_pk)
    form = PhoneForm(request.POST or None)

    def create() -> Phone:
        phone = services.add_phone(
            patient=patient,
            phone=form.new,
            actor=request.user.actor,
            at=timezone.now(),
            submission=form.submission,
        )
        warn_of_number(request, form.cleaned_data["phone"])
        return phone

    return create_page(
        request,
        form=form,
        create=create,
        done_url=lambda _pk: reverse("patients:patient_detail", args=[patient.pk]),
        template="patients/phone_create.html",
        context={"patient": patient},
    )


@needs(Capability.FIND_PEOPLE)
def phone_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Whose it is, and what became known of it."""
    visible = Patient.objects.visible_to(request.user)
    phone = get_object_or_404(Phone.objects.select_related("patient"), pk=pk, patient__in=visible)
    form = PhoneEditForm(resolved(request.POST) or None, instance=phone)

    def save() -> None:
        actor, at = request.user.actor, timezone.now()
        update_phone(phone=phone, version=form.version, values=form.values, actor=actor, at=at)

    return edit_page(
        request,
        form=form,
        save=save,
        done_url=reverse("patients:patient_detail", args=[phone.patient_id]),
        template="patients/phone_edit.html",
        context={"phone": phone},
    )
