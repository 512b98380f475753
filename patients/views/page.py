"""The page of one person: who it is, the story, what is known and what is open."""

from datetime import date

from django.db.models import BigIntegerField
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.access import Capability, StaffRequest, needs
from accounts.models import Staff
from accounts.models.readers import reader_of
from hospital_crm.lib.htmx import render_part
from hospital_crm.lib.keys import is_key
from hospital_crm.lib.prepared import Gap, Prepared
from patients.models import Patient, Reveal, Visit
from patients.models.timeline import PARTS
from patients.querysets import PatientQuerySet
from patients.reports.panels import with_panels
from patients.services.consents import with_surveys_unasked
from patients.services.phones import OWED

from .panels import panels_of
from .story import story_numbers, story_page, story_parts
from .whom import say_merged

_by_key = Prepared[Patient](is_planned_once=True)


@require_safe
@needs(Capability.FIND_PEOPLE)
def patient_detail(request: StaffRequest, pk: int) -> HttpResponse:
    patient = _patient(request, pk)
    if patient.pk != pk:
        return _to_survivor(request, patient, pk)
    part = request.GET.get("kind", "")
    numbers = story_numbers(request, patient)
    page = story_page(request, patient, part, numbers)
    is_first = not page.previous_url  # however it was reached
    context = {
        "patient": patient,
        "parts": story_parts(request, numbers, part),
        "shows_what_comes": (part not in PARTS or part == "promises") and is_first,
        "page": page,
        **panels_of(request, patient),
        "may_merge": request.user.can(Capability.MERGE_PATIENTS),
        "may_reveal": request.user.can(Capability.REVEAL_NUMBERS),
        "may_see_looks": request.user.can(Capability.SEE_AUDIT),
        "may_record_requests": request.user.can(Capability.RECORD_DATA_REQUESTS),
        "purposes": Reveal.Purpose.choices,
        "now": timezone.now(),
        "today": timezone.localdate(),
    }
    _record_looks(request, patient, shows_numbers=context["shows_numbers"], visits=context["recent"])
    return render_part(request, "patients/patient_detail.html", "story", context)


def _patient(request: StaffRequest, pk: int) -> Patient:
    """Whoever has the key, else into whom its holder was merged: rarer, and dearer to ask."""
    today = timezone.localdate()
    asks = reader_of(request.user, today)

    def of_key() -> PatientQuerySet:
        return _visible_to(asks.anybody, asks.today).filter(pk=Gap("key", BigIntegerField()))

    found = _by_key.rows(asks.shape, of_key, {**asks.values, "key": pk}) if is_key(str(pk)) else []
    return found[0] if found else get_object_or_404(_visible_to(request.user, today).known_as(pk))


def _visible_to(reader: Staff, today: date) -> PatientQuerySet:
    """With all that the page has to know of a person."""
    people = Patient.objects.visible_to(reader, today).with_debts_of(reader, today).with_card()
    return with_surveys_unasked(with_panels(people))


def _record_looks(request: StaffRequest, patient: Patient, *, shows_numbers: bool, visits: list[Visit]) -> None:
    """At the page; at the numbers where they stand there in clear; at what a visit was for, where that is shown."""
    looks: dict[str, list[str]] = {"patient.opened": []}
    if shows_numbers:
        looks["patient.phone_revealed"] = [OWED]
    if any(visit.shows_clinical for visit in visits):
        looks["patient.visits_opened"] = ["clinical"]
    actor, at = request.user.actor, timezone.now()
    audit.record_looks(
        [audit.look(actor=actor, verb=verb, subject=patient, at=at, fields=fields) for verb, fields in looks.items()]
    )


def _to_survivor(request: StaffRequest, survivor: Patient, pk: int) -> HttpResponse:
    """The old address leads on, and says why."""
    say_merged(request, pk)
    return redirect("patients:patient_detail", pk=survivor.pk)
