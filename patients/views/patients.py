"""People on file: register, open, change."""

import dataclasses
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.access import Capability, StaffRequest, needs, post_only
from accounts.services.submissions import first_result
from hospital_crm.lib.conflict import conflict_page, resolved
from hospital_crm.lib.fields import warn_of_number
from hospital_crm.lib.forms import create_page, edit_page
from hospital_crm.lib.keys import read_uuid
from patients.forms import PatientCreateForm, PatientEditForm
from patients.models import Patient, Phone
from patients.services import patients as services
from patients.services.alike import Alike, Typed, find_alike, has_identity_on_file
from patients.services.duplicates import find_by_number
from patients.services.looks import questions_typed

from .identifiers import warn_of_area
from .whom import say_merged

ALIKE = 5  # people shown before a new one is registered


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
        owner, record = Phone.Owner(form.cleaned_data["owner"]), form.cleaned_data["number"]
        on_file = find_by_number(record, among=Patient.objects.visible_to(request.user)) if record else None
        patient = services.register_patient(
            values=form.values,
            phones=[services.NewPhone(number, owner)] if number else [],
            identifiers=form.identifiers,
            actor=request.user.actor,
            at=timezone.now(),
            submission=form.submission,
            is_another=is_another,
            guardian=form.told_guardian(on_file),
        )
        warn_of_number(request, number)
        warn_of_area(request, form.identifiers)
        return patient

    looked = {"alike": alike, "is_typed": _typed(form).is_anything, "asked": asked, "likely": likely}
    is_certain = any(row.likeness.is_certain for row in likely)
    context = {**looked, "is_certain": is_certain, "form": form, **_clock()}
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
    audit.record_look(actor=request.user.actor, verb="patient.opened", subject=patient, at=timezone.now())
    if form.is_bound and form.row_read(otherwise=pk) != patient.pk:
        say_merged(request, form.row_read(otherwise=pk))
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
