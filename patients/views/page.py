"""The page of one person: who it is, the story, what is known and what is open."""

from collections.abc import Iterable
from typing import Any

from django.db.models import BigIntegerField, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.access import Capability, StaffRequest, needs
from accounts.models import Staff
from hospital_crm.lib.htmx import render_part
from hospital_crm.lib.keys import is_key
from hospital_crm.lib.prepared import Gap, Prepared
from institution.models import ReferenceItem
from patients.models import CLIENT_KINDS, Consent, DuplicatePair, Patient, Reveal, Visit
from patients.models.timeline import PARTS
from patients.querysets import PairQuerySet, PatientQuerySet
from patients.querysets.organisations import EmploymentQuerySet
from patients.reports.panels import Panel, client_kinds_of, with_panels
from patients.services.consents import standing_in
from patients.services.levels import WORDS, sees_levels, words_in
from patients.services.phones import OWED

from .relatives import family_of
from .story import story_page, story_parts
from .visits import last_visits
from .whom import say_merged

FROM_LISTS = ("source", "last_source", "insurance", "occupation")
ALIKE = 5  # people who may be the same one

_by_key, _alike = Prepared[Patient](), Prepared[DuplicatePair]()


@require_safe
@needs(Capability.FIND_PEOPLE)
def patient_detail(request: StaffRequest, pk: int) -> HttpResponse:
    patient = _patient(request, pk)
    if patient.pk != pk:
        return _to_survivor(request, patient, pk)
    part = request.GET.get("kind", "")
    page = story_page(request, patient, part)
    is_first = not page.previous_url  # however it was reached
    context = {
        "patient": patient,
        "parts": story_parts(request, patient, part),
        "shows_what_comes": (part not in PARTS or part == "promises") and is_first,
        "page": page,
        **_panels(request, patient),
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
    reader, today = request.user, timezone.localdate()

    def visible() -> PatientQuerySet:
        return with_panels(Patient.objects.visible_to(reader, today)).with_debts_of(reader, today).with_card()

    def of_key() -> PatientQuerySet:
        return visible().filter(pk=Gap("key", BigIntegerField()))

    found = _by_key.rows((reader.rights, today), of_key, {"key": pk}) if is_key(str(pk)) else []
    return found[0] if found else get_object_or_404(visible().known_as(pk))


def _panels(request: StaffRequest, patient: Patient) -> dict[str, Any]:
    """What stands beside the story. Most people have nothing in most panels."""
    filled = Panel(vars(patient)["filled"])
    return {
        "shows_numbers": bool(vars(patient)["is_owed"]),
        "recent": last_visits(request, patient) if Panel.VISITS in filled else [],
        "clients": [CLIENT_KINDS[kind] for kind in client_kinds_of(filled)],
        "standing": list(standing_in(_words(patient, filled), timezone.localdate()).values()),
        "tags": patient.tags.select_related("tag", "added_by__staff") if Panel.TAGS in filled else [],
        "identifiers": patient.identifiers.in_order() if Panel.DOCUMENTS in filled else [],
        "employers": list(_employers(request, patient)) if Panel.EMPLOYERS in filled else [],
        "family": family_of(request, patient, filled),
        "pairs": _pairs(request, patient) if Panel.ALIKE in filled else [],
        "level": _from_lists(patient, request.user),
    }


def _words(patient: Patient, filled: Panel) -> Iterable[Consent]:
    return patient.consents.in_order() if Panel.CONSENTS in filled else ()


def _from_lists(patient: Patient, reader: Staff) -> str:
    """What was chosen from the hospital's lists is there, and in words the service level owed: one question for all."""
    keys = {getattr(patient, f"{name}_id") for name in FROM_LISTS} - {None}
    level = patient.service_level if sees_levels(reader) else 0
    wanted = Q(pk__in=keys) | Q(list__code=WORDS) if level else Q(pk__in=keys)
    items = {item.pk: item for item in ReferenceItem.objects.filter(wanted)} if keys or level else {}
    for name in FROM_LISTS:
        setattr(patient, name, items.get(getattr(patient, f"{name}_id")))
    return words_in(item for key, item in items.items() if key not in keys).get(level, "")


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


def _pairs(request: StaffRequest, patient: Patient) -> list[dict[str, Any]]:
    """Who may be the same person, for whoever may find both."""
    reader, this = request.user, Gap("patient", BigIntegerField())

    def alike() -> PairQuerySet:
        pairs = DuplicatePair.objects.visible_to(reader).alike().of(this).select_related("older", "newer")
        return pairs.order_by("-score", "-pk")[:ALIKE]

    return [
        {"pk": pair.pk, "other": pair.other(patient), "reason_labels": pair.reason_labels}
        for pair in _alike.rows((reader.rights, timezone.localdate()), alike, {"patient": patient.pk})
    ]


def _employers(request: StaffRequest, patient: Patient) -> EmploymentQuerySet:
    """Where the person works, for whoever may open the organisation."""
    return patient.employments.visible_to(request.user).select_related("organisation").latest_first()


def _to_survivor(request: StaffRequest, survivor: Patient, pk: int) -> HttpResponse:
    """The old address leads on, and says why."""
    say_merged(request, pk)
    return redirect("patients:patient_detail", pk=survivor.pk)
