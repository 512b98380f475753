"""People on file: register, open, change."""

import dataclasses
from collections import Counter
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.access import Capability, StaffRequest, needs, post_only
from accounts.services.submissions import first_result
from hospital_crm.lib.conflict import conflict_page, resolved
from hospital_crm.lib.fields import warn_of_number
from hospital_crm.lib.forms import create_page, edit_page
from hospital_crm.lib.htmx import render_part
from hospital_crm.lib.keys import read_uuid
from hospital_crm.lib.paging import page_of
from patients.forms import PatientCreateForm, PatientEditForm
from patients.models import CLIENT_KINDS, DuplicatePair, Patient, Phone, Reveal
from patients.models.timeline import PARTS
from patients.querysets import TimelineQuerySet
from patients.querysets.organisations import EmploymentQuerySet
from patients.services import patients as services
from patients.services.alike import Alike, Typed, find_alike, has_identity_on_file
from patients.services.consents import standing_of
from patients.services.levels import level_said, sees_levels
from patients.services.looks import questions_typed
from patients.services.phones import OWED

from .relatives import family_of
from .visits import last_visits

ALIKE = 5  # people shown before a new one is registered


@require_safe
@needs(Capability.FIND_PEOPLE)
def patient_detail(request: StaffRequest, pk: int) -> HttpResponse:
    today = timezone.localdate()
    visible = Patient.objects.visible_to(request.user, today).with_debts_of(request.user, today).with_card()
    visible = visible.with_level_words() if sees_levels(request.user) else visible
    known = visible.known_as(pk).select_related("source", "last_source", "insurance", "occupation")
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
        "clients": [CLIENT_KINDS[kind] for kind in patient.visits.client_kinds()],
        "may_reveal": request.user.can(Capability.REVEAL_NUMBERS),
        "may_see_looks": request.user.can(Capability.SEE_AUDIT),
        "may_record_requests": request.user.can(Capability.RECORD_DATA_REQUESTS),
        "purposes": Reveal.Purpose.choices,
        **_clock(),
    }
    looks: dict[str, list[str]] = {"patient.opened": []} | (
        {"patient.phone_revealed": [OWED]} if context["shows_numbers"] else {}
    )
    if any(visit.shows_clinical for visit in context["recent"]):
        looks["patient.visits_opened"] = ["clinical"]
    for verb, fields in looks.items():
        audit.record_look(actor=request.user.actor, verb=verb, subject=patient, at=timezone.now(), fields=fields)
    return render_part(request, "patients/patient_detail.html", "story", context)


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
    _say_merged(request, pk)
    return redirect("patients:patient_detail", pk=survivor.pk)


def _say_merged(request: StaffRequest, pk: int) -> None:
    for number in Patient.objects.filter(pk=pk, merged_into__isnull=False).values_list("number", flat=True):
        words = _("%(number)s was merged with this record, which is shown in its place.")
        messages.info(request, words % {"number": number})


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


@needs(Capability.FIND_PEOPLE)
def patient_create(request: StaffRequest) -> HttpResponse:
    """Search first: whoever looks like the new person is shown before anything is saved."""
    form = PatientCreateForm(request.POST or None, initial=request.GET.dict())
    alike = _alike(request, form)
    is_another = "is_another" in request.POST
    likely = [row for row in alike if row.likeness.score > 0]  # a family's phone alone asks nobody
    asked = request.method == "POST" and not is_another and not _is_saved(request) and (likely or _has_known_card(form))

    def create() -> Patient:
        number = form.cleaned_data["phone"]
        owner = Phone.Owner(form.cleaned_data["owner"])
        patient = services.register_patient(
            values=form.values,
            phones=[services.NewPhone(number, owner)] if number else [],
            identifiers=form.identifiers,
            actor=request.user.actor,
            at=timezone.now(),
            submission=form.submission,
            is_another=is_another,
        )
        warn_of_number(request, number)
        return patient

    looked = {"alike": alike, "is_typed": _typed(form).is_anything, "asked": asked, "likely": likely}
    context = {**looked, "form": form, **_clock()}
    if asked and form.is_valid():
        return render(request, "patients/patient_create.html", context)
    return create_page(
        request,
        form=form,
        create=create,
        done_url=lambda pk: reverse("patients:patient_detail", args=[pk]),
        template="patients/patient_create.html",
        context=context,
    )


@post_only
@needs(Capability.FIND_PEOPLE)
def patient_alike(request: StaffRequest) -> HttpResponse:
    """Who looks like the person that is being typed: a part of the form, for which the page itself asks.

    Sent, so that no name and no number stands in an address or a log.
    """
    form = PatientCreateForm(request.POST)
    context = {"alike": _alike(request, form), "is_typed": _typed(form).is_anything, **_clock()}
    return render(request, "patients/patient_create.html#alike", context)


@needs(Capability.FIND_PEOPLE)
def patient_edit(request: StaffRequest, pk: int) -> HttpResponse:
    visible = Patient.objects.visible_to(request.user).known_as(pk)
    patient = get_object_or_404(visible)
    form = PatientEditForm(resolved(request.POST) or None, instance=patient)
    done_url = reverse("patients:patient_detail", args=[patient.pk])
    if form.is_bound and form.row_read(otherwise=pk) != patient.pk:
        _say_merged(request, form.row_read(otherwise=pk))
        return conflict_page(request, form=form, current=patient, cancel_url=done_url)

    def save() -> Patient:
        return services.update_patient(
            patient=get_object_or_404(visible),
            version=form.version,
            values=form.values,
            actor=request.user.actor,
            at=timezone.now(),
        )

    return edit_page(
        request,
        form=form,
        save=save,
        done_url=done_url,
        template="patients/patient_edit.html",
        context={"patient": get_object_or_404(visible)},
    )


def _is_saved(request: StaffRequest) -> bool:
    """This form was sent before: the one who looks like the new person is the new person."""
    return first_result(request.POST.get("submission", ""), Patient._meta.label) is not None


def _has_known_card(form: PatientCreateForm) -> bool:
    """Somebody has the card, perhaps out of the reader's sight."""
    return form.is_valid() and has_identity_on_file(form.identifiers)


def _alike(request: StaffRequest, form: PatientCreateForm) -> list[Alike]:
    """As far as the person may see them, the likest first; that a number was looked for is on record."""
    typed, key = _typed(form), read_uuid(str(form["submission"].value()))
    asked = questions_typed(typed.phone, actor=request.user.actor, at=timezone.now(), form=key)
    audit.record_looks(asked)
    visible = Patient.objects.visible_to(request.user).with_card()
    return find_alike(typed, among=visible, today=timezone.localdate())[:ALIKE]


def _typed(form: PatientCreateForm) -> Typed:
    names = [field.name for field in dataclasses.fields(Typed)]
    return Typed(**{name: str(form[name].value() or "")[:80].replace("\0", "").strip() for name in names})


def _clock() -> dict[str, Any]:
    return {"now": timezone.now(), "today": timezone.localdate()}
