"""How a text reads to a real patient: looked up as elsewhere, and the look is on record."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.access import Capability, StaffRequest, needs
from messaging.models import TemplateRegistration, TemplateVersion
from messaging.services.patient_messages import language_of
from messaging.services.templates.house import House
from messaging.services.templates.looks import keyword_values, look_of_version
from patients.models import Patient
from patients.services.looks import record_question

from .template_versions import version_or_404

FOUND = 8  # people offered


@require_safe
@needs(Capability.MANAGE_PROTOCOLS)
def template_preview(request: StaffRequest, pk: int) -> HttpResponse:
    """With example values, or as a patient would read it whom the reader may find."""
    version, now, today = version_or_404(pk), timezone.now(), timezone.localdate()
    may_find = request.user.can(Capability.FIND_PEOPLE)
    asked = request.GET.get("q", "").replace("\0", "").strip()[:60] if may_find else ""
    patient = _patient(request, version)
    record_question(asked, actor=request.user.actor, at=now)
    people = Patient.objects.visible_to(request.user, today).found_by(asked)[:FOUND] if asked else []
    house = House()
    context = {
        "version": version,
        "look": look_of_version(version, recipient=patient, house=house),
        "signature": house.hospital.message_signature,
        "patient": patient,
        "phone": patient.phone.masked if patient and patient.phone else "",
        "other_language": patient is not None and language_of(patient) != version.language,
        "keywords": _keywords(version, patient, house),
        "may_find": may_find,
        "asked": asked,
        "people": people,
        "today": today,
    }
    return render(request, "messaging/template_preview.html", context)


def _patient(request: StaffRequest, version: TemplateVersion) -> Patient | None:
    """Whom the address names, if the reader may find that person; raises Http404 otherwise."""
    key = request.GET.get("patient", "")
    if not key:
        return None
    number = int(key) if key.isascii() and key.isdecimal() and len(key) < 19 else 0
    visible = Patient.objects.visible_to(request.user, timezone.localdate()).prefetch_related("phones")
    patient: Patient = get_object_or_404(visible.known_as(number))
    audit.record_look(actor=request.user.actor, verb="template.previewed", subject=patient, at=timezone.now())
    return patient


def _keywords(version: TemplateVersion, patient: Patient | None, house: House) -> dict[str, str]:
    """What a message of WeChat shows, where these words are registered there."""
    wechat = version.registrations.filter(provider=TemplateRegistration.Provider.WECHAT)
    registration = wechat.select_related("of__template").first()
    return keyword_values(registration, recipient=patient, house=house) if registration else {}
