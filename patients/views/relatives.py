"""The family on a patient's page: added, changed, ended."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.access import Capability, StaffRequest, needs, post_only
from hospital_crm.lib.conflict import resolved
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.forms import create_page, edit_page
from hospital_crm.lib.keys import read_key, read_uuid
from patients.forms.relatives import RelativeForm, TieForm
from patients.models import Patient, Relation
from patients.reports.panels import Panel
from patients.services import relatives as services
from patients.services.looks import questions_typed

from .whom import patient_of


def family_of(request: StaffRequest, patient: Patient, filled: Panel) -> dict[str, Any]:
    """What the panel shows."""
    kin = services.kin_of(patient, request.user) if Panel.RELATIVES in filled else []
    has_guardian = any(each.tie.guards for each in kin)
    return {
        "kin": kin,
        "sharers": services.sharers_of(patient, request.user, kin) if Panel.SHARERS in filled else [],
        "lacks_guardian": patient.needs_guardian(timezone.localdate()) and not has_guardian,
    }


@needs(Capability.FIND_PEOPLE)
def relative_create(request: StaffRequest, patient_pk: int) -> HttpResponse:
    patient = patient_of(request, patient_pk)
    form = _form(request, patient, request.POST or None, initial={"number": request.GET.get("number", "")[:40]})
    _offer(request, form)

    def create() -> Relation:
        return services.add_relative(
            patient=patient,
            relative=form.who,
            tie=form.tie,
            actor=request.user.actor,
            at=timezone.now(),
            submission=form.submission,
        )

    return create_page(
        request,
        form=form,
        create=create,
        done_url=lambda _pk: reverse("patients:patient_detail", args=[patient.pk]),
        template="patients/relative_create.html",
        context={"patient": patient},
    )


@post_only
@needs(Capability.FIND_PEOPLE)
def relative_alike(request: StaffRequest, patient_pk: int) -> HttpResponse:
    """Who on file may be meant by what is typed so far: a part of the form, for which the page itself asks.

    Sent, so that no name and no number stands in an address or a log.
    """
    patient = patient_of(request, patient_pk)
    form = _form(request, patient, None, initial=request.POST.dict())
    _offer(request, form)
    return render(request, "patients/relative_create.html#alike", {"form": form})


def _form(request: StaffRequest, patient: Patient, sent: Any, initial: dict[str, Any]) -> RelativeForm:
    return RelativeForm(sent, among=Patient.objects.visible_to(request.user), besides=patient, initial=initial)


def _offer(request: StaffRequest, form: RelativeForm) -> None:
    """To choose from, unless the form is as it should be; that a number was looked for is on record."""
    if form.is_valid():
        return
    text, key = form.typed("number") or form.typed("phone"), read_uuid(str(form["submission"].value()))
    audit.record_looks(questions_typed(text, actor=request.user.actor, at=timezone.now(), form=key))
    form.offer()


@needs(Capability.FIND_PEOPLE)
def relative_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """As seen from the patient that `of` names."""
    relation, patient = _relation(request, pk)
    form = TieForm(resolved(request.POST) or None, instance=relation, seen_from=patient)

    def change() -> Relation:
        return services.change_relative(
            relation=relation,
            seen_from=patient,
            version=form.version,
            tie=form.tie,
            actor=request.user.actor,
            at=timezone.now(),
        )

    return edit_page(
        request,
        form=form,
        save=change,
        done_url=reverse("patients:patient_detail", args=[patient.pk]),
        template="patients/relative_edit.html",
        context={
            "patient": patient,
            "relation": relation,
            "name": services.name_seen_by(request.user, relation, patient),
        },
        fresh=lambda row: TieForm(instance=row, seen_from=patient),
    )


@post_only
@needs(Capability.FIND_PEOPLE)
def relative_end(request: StaffRequest, pk: int) -> HttpResponse:
    relation, patient = _relation(request, pk)
    try:
        services.end_relative(relation=relation, actor=request.user.actor, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("No relative any more"))
    return redirect("patients:patient_detail", pk=patient.pk)


def _relation(request: StaffRequest, pk: int) -> tuple[Relation, Patient]:
    """And the one of both from whom it is seen, whom the reader has to see: the one that was named, by an old key too.

    Whoever is named and neither of them is nobody: seen from the other side the same words mean something else.
    """
    seen = Relation.objects.visible_to(request.user).select_related("patient", "relative")
    relation = get_object_or_404(seen, pk=pk)
    sides = [each for each in (relation.patient, relation.relative) if each is not None]
    visible = Patient.objects.visible_to(request.user).filter(pk__in=[each.pk for each in sides])
    keys = set(visible.values_list("pk", flat=True))
    shown = [each for each in sides if each.pk in keys]
    if "of" not in request.GET:
        return relation, shown[0]
    named = Patient.objects.known_as(read_key(request.GET["of"])).values_list("pk", flat=True).first()
    found = next((each for each in shown if each.pk == named), None)
    if found is None:
        raise Http404("of")
    return relation, found
