"""What a person agreed to: how it stands, what was said when, in which words."""

from collections.abc import Iterable
from typing import Any

from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.access import Capability, StaffRequest, needs
from hospital_crm.lib.forms import create_page
from patients.forms import ConsentForm, WordingForm
from patients.models import Consent, ConsentWording, Patient, Purpose
from patients.services import consents as services
from patients.services.relatives import Kin, kin_of

from .whom import patient_of


@require_safe
@needs(Capability.FIND_PEOPLE)
def consent_list(request: StaffRequest, patient_pk: int) -> HttpResponse:
    """How each purpose stands, and every decision, the last one first."""
    patient = patient_of(request, patient_pk)
    audit.record_look(actor=request.user.actor, verb="patient.opened", subject=patient, at=timezone.now())
    context = {
        "patient": patient,
        "standing": list(services.standing_of(patient, timezone.localdate()).values()),
        "may_word": request.user.can(Capability.MANAGE_PROTOCOLS),
        "decisions": patient.consents.in_order().reverse().select_related("wording", "evidence", "recorded_by__staff"),
        "now": timezone.now(),
        "today": timezone.localdate(),
    }
    return render(request, "patients/consent_list.html", context)


@needs(Capability.FIND_PEOPLE)
def consent_create(request: StaffRequest, patient_pk: int) -> HttpResponse:
    patient = patient_of(request, patient_pk)
    kin = kin_of(patient, request.user)
    initial = {**_usual(patient, kin), **request.GET.dict()}
    form = ConsentForm(request.POST or None, request.FILES or None, relatives=kin, initial=initial)

    def create() -> Consent:
        return services.record_consent(
            patient=patient,
            decision=form.decision,
            evidence=form.file,
            actor=request.user.actor,
            at=timezone.now(),
            submission=form.submission,
        )

    return create_page(
        request,
        form=form,
        create=create,
        done_url=lambda _pk: reverse("patients:consent_list", args=[patient.pk]),
        template="patients/consent_create.html",
        context={"patient": patient, "wordings": ConsentWording.objects.newest()},
    )


def _usual(patient: Patient, kin: Iterable[Kin]) -> dict[str, Any]:
    """Who decides for a child: its guardian, the only one or the first."""
    if not patient.needs_guardian(timezone.localdate()):
        return {}
    guardians = [each.relation.pk for each in kin if each.tie.guards and each.name]
    return {"said_by": Consent.SaidBy.GUARDIAN, "relative": guardians[0] if guardians else ""}


@require_safe
@needs(Capability.FIND_PEOPLE)
def consent_evidence(request: StaffRequest, pk: int) -> FileResponse:
    """The signed paper; that somebody looked is on record."""
    visible = Patient.objects.visible_to(request.user)
    signed = Consent.objects.select_related("evidence", "patient").exclude(evidence=None)
    consent = get_object_or_404(signed, pk=pk, patient__in=visible)
    audit.record_look(
        actor=request.user.actor, verb="patient.evidence_opened", subject=consent.patient, at=timezone.now()
    )
    stored = consent.evidence
    assert stored is not None  # noqa: S101  those without were left out
    return FileResponse(stored.content.open("rb"), as_attachment=True, filename=stored.name)


@require_safe
@needs(Capability.MANAGE_PROTOCOLS)
def wording_list(request: StaffRequest) -> HttpResponse:
    """The words in use, and those of before."""
    wordings = ConsentWording.objects.order_by("purpose", "-version")
    may_set = request.user.can(Capability.MANAGE_SETTINGS)
    context = {"wordings": wordings, "may_set": may_set, "now": timezone.now()}
    return render(request, "patients/wording_list.html", context)


@needs(Capability.MANAGE_PROTOCOLS)
def wording_create(request: StaffRequest, purpose: str) -> HttpResponse:
    """New words for a purpose; they begin as those in use."""
    held = get_object_or_404(ConsentWording.objects.newest(), purpose=purpose)
    form = WordingForm(request.POST or None, initial={"text_zh": held.text_zh, "text_en": held.text_en})

    def create() -> ConsentWording:
        return services.add_wording(
            purpose=Purpose(purpose),
            **form.values,
            actor=request.user.actor,
            at=timezone.now(),
            submission=form.submission,
        )

    return create_page(
        request,
        form=form,
        create=create,
        done_url=lambda _pk: reverse("patients:wording_list"),
        template="patients/wording_create.html",
        context={"held": held},
    )
