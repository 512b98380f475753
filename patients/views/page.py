"""The page of one person: who it is, the story, what is known and what is open."""

from collections import Counter
from typing import Any

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.access import Capability, StaffRequest, needs
from hospital_crm.lib.htmx import render_part
from hospital_crm.lib.paging import page_of
from patients.models import CLIENT_KINDS, DuplicatePair, Patient, Reveal, Visit
from patients.models.timeline import PARTS
from patients.querysets import TimelineQuerySet
from patients.querysets.organisations import EmploymentQuerySet
from patients.services.consents import standing_of
from patients.services.levels import level_said, sees_levels
from patients.services.phones import OWED

from .relatives import family_of
from .visits import last_visits
from .whom import say_merged

ALIKE = 5  # people who may be the same one


@require_safe
@needs(Capability.FIND_PEOPLE)
def patient_detail(request: StaffRequest, pk: int) -> HttpResponse:
    today = timezone.localdate()
    visible = Patient.objects.visible_to(request.user, today).with_card()
    visible = visible.with_level_words() if sees_levels(request.user) else visible
    known = (
        visible.with_debts_of(request.user, today)
        .with_clients()
        .known_as(pk)
        .select_related("source", "last_source", "insurance", "occupation")
    )
    patient = get_object_or_404(known)
    if patient.pk != pk:
        return _to_survivor(request, patient, pk)
    story = patient.timelineentrys.visible_to(request.user)
    part = request.GET.get("kind", "")
    chosen = story.of_part(part) if part in PARTS else story
    page = page_of(chosen.select_related("actor__staff"), request, ordering=("-occurred_at", "-id"))
    is_first = not page.previous_url  # however it was reached
    context = {
        "patient": patient,
        "parts": _parts(request.path, story, part),
        "shows_what_comes": (part not in PARTS or part == "promises") and is_first,
        "page": page,
        "pairs": _pairs(request, patient),
        "may_merge": request.user.can(Capability.MERGE_PATIENTS),
        "family": family_of(request, patient),
        "employers": list(_employers(request, patient)),
        "shows_numbers": vars(patient)["is_owed"],
        "recent": last_visits(request, patient),
        "standing": list(standing_of(patient).values()),
        "level": level_said(patient),
        "tags": patient.tags.select_related("tag", "added_by__staff"),
        "clients": [CLIENT_KINDS[kind] for kind in patient.clients],
        "may_reveal": request.user.can(Capability.REVEAL_NUMBERS),
        "may_see_looks": request.user.can(Capability.SEE_AUDIT),
        "may_record_requests": request.user.can(Capability.RECORD_DATA_REQUESTS),
        "purposes": Reveal.Purpose.choices,
        "now": timezone.now(),
        "today": today,
    }
    _record_looks(request, patient, shows_numbers=context["shows_numbers"], visits=context["recent"])
    return render_part(request, "patients/patient_detail.html", "story", context)


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
    """Who may be the same person, for whoever may merge them."""
    if not request.user.can(Capability.MERGE_PATIENTS):
        return []
    pairs = DuplicatePair.objects.visible_to(request.user).open().of(patient)
    alike = pairs.filter(score__gt=0).select_related("older", "newer")  # others were only compared by hand
    return [
        {"pk": pair.pk, "other": pair.other(patient), "reason_labels": pair.reason_labels}
        for pair in alike.order_by("-score", "-pk")[:ALIKE]
    ]


def _employers(request: StaffRequest, patient: Patient) -> EmploymentQuerySet:
    """Where the person works, for whoever may open the organisation."""
    return patient.employments.visible_to(request.user).select_related("organisation").latest_first()


def _to_survivor(request: StaffRequest, survivor: Patient, pk: int) -> HttpResponse:
    """The old address leads on, and says why."""
    say_merged(request, pk)
    return redirect("patients:patient_detail", pk=survivor.pk)


def _parts(path: str, story: TimelineQuerySet, current: str) -> list[dict[str, Any]]:
    """The whole story, and each part of which there is something: plain links, so that the address stays true."""
    numbers: Counter[str] = Counter()
    for kind, number in story.order_by().values_list("kind").annotate(number=Count("pk")):
        numbers[kind.partition(".")[0]] += number
    whole = {"label": _("All"), "url": path, "is_current": current not in PARTS, "count": numbers.total()}
    shown = [app for app in PARTS if numbers[app] or app == current]
    parts = [
        {"label": PARTS[app], "url": f"{path}?kind={app}", "is_current": app == current, "count": numbers[app]}
        for app in sorted(shown, key=lambda app: (-numbers[app], app))
    ]
    return [whole, *parts]
