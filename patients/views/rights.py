"""What people ask about their own data: written down, looked at, answered or refused; an erasure approved."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.access import Capability, StaffRequest, needs, post_only
from hospital_crm.lib.acts import act_once
from hospital_crm.lib.forms import create_page
from hospital_crm.lib.htmx import render_part
from hospital_crm.lib.keys import read_uuid
from hospital_crm.lib.paging import capped_count, page_of
from jobs.pages import offered
from patients.filters import DataRequestFilter
from patients.forms.rights import AnswerForm, ApproveForm, FetchForm, RequestForm
from patients.models import DataRequest, Patient
from patients.services import rights as services
from patients.services.copies import ask_for_copy, next_step
from patients.services.erasing import approve_erasure, what_goes_too, what_is_kept, what_stays_elsewhere


@require_safe
@needs(Capability.RECORD_DATA_REQUESTS)
def request_list(request: StaffRequest) -> HttpResponse:
    query = request.GET.copy()
    query.setdefault("state", DataRequest.State.OPEN)
    asked = DataRequestFilter(query, queryset=DataRequest.objects.visible_to(request.user))
    page = page_of(asked.qs.with_card(), request, ordering=("-pk",))
    export = offered(request, asked)
    context = {"filter": asked, "page": page, "count": capped_count(asked.qs), "export": export, **_clock()}
    return render_part(request, "patients/request_list.html", "rows", context)


@needs(Capability.RECORD_DATA_REQUESTS)
def request_create(request: StaffRequest, patient_pk: int) -> HttpResponse:
    patient = get_object_or_404(Patient.objects.visible_to(request.user).known_as(patient_pk))
    form = RequestForm(request.POST or None)
    audit.record_look(actor=request.user.actor, verb="patient.opened", subject=patient, at=timezone.now())

    def create() -> DataRequest:
        return services.open_request(
            patient=patient,
            asked=form.asked,
            actor=request.user.actor,
            at=timezone.now(),
            submission=form.submission,
        )

    return create_page(
        request,
        form=form,
        create=create,
        done_url=_page_of,
        template="patients/request_create.html",
        context={"patient": patient, "known": patient.data_requests.order_by("-pk")},
    )


@require_safe
@needs(Capability.RECORD_DATA_REQUESTS)
def request_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """What is asked for, what was done about it, and what comes next."""
    asked = _request(request, pk)
    audit.record_look(actor=request.user.actor, verb="patient.opened", subject=asked.patient, at=timezone.now())
    may_answer = request.user.can(Capability.ANSWER_DATA_REQUESTS) and asked.is_open
    context = {
        "asked": asked,
        "may_answer": may_answer and not asked.is_under_way,
        "may_approve": may_answer and asked.is_erasure and asked.recorded_by_id != request.user.actor.pk,
        "next_step": next_step(asked) if request.user.can(Capability.ANSWER_DATA_REQUESTS) else "",
        "may_fetch": request.user.can(Capability.ANSWER_DATA_REQUESTS),
        "may_open": asked.patient.erased_at is None,
        "steps": asked.steps.all(),
        "kept": _kept(asked),
        "fetch_form": FetchForm(auto_id="id_fetch_%s"),
        "submission": uuid4(),
        **_clock(),
    }
    return render_part(request, "patients/request_detail.html", "progress", context)


def _kept(asked: DataRequest) -> Any:
    """What an erasure has left; before it, what it would leave."""
    if not asked.is_erasure or asked.state == DataRequest.State.REFUSED:
        return []
    if asked.approved_at is not None:
        return [{"label": row.get_what_display(), **_of_row(row)} for row in asked.kept.all()]
    return [{"label": each.label, **_of_row(each)} for each in what_is_kept(asked.patient, timezone.now())]


def _of_row(row: Any) -> dict[str, Any]:
    return {"number": row.number, "until": row.until, "rule": row.rule, "ended_at": getattr(row, "ended_at", None)}


@needs(Capability.ANSWER_DATA_REQUESTS)
def request_answer(request: StaffRequest, pk: int) -> HttpResponse:
    return _close(request, pk, services.answer_request, title=_("Answered"))


@needs(Capability.ANSWER_DATA_REQUESTS)
def request_refuse(request: StaffRequest, pk: int) -> HttpResponse:
    return _close(request, pk, services.refuse_request, title=_("Refuse"))


def _close(request: StaffRequest, pk: int, service: Callable[..., DataRequest], *, title: str) -> HttpResponse:
    asked = _request(request, pk)
    form = AnswerForm(request.POST or None, initial={"version": asked.version})

    def act() -> DataRequest:
        return service(request=asked, **form.cleaned_data, actor=request.user.actor, at=timezone.now())

    return _act_page(request, asked, form, act, template="patients/request_answer.html", title=title)


@needs(Capability.ANSWER_DATA_REQUESTS)
def erasure_approve(request: StaffRequest, pk: int) -> HttpResponse:
    """The second person types the number of the record."""
    asked = _request(request, pk)
    seen = {"version": asked.version, "patient_version": asked.patient.version}
    form = ApproveForm(request.POST or None, initial=seen)

    def act() -> DataRequest:
        return approve_erasure(request=asked, **form.cleaned_data, actor=request.user.actor, at=timezone.now())

    shown = {
        "kept": _kept(asked),
        "goes_too": what_goes_too(asked.patient),
        "elsewhere": what_stays_elsewhere(asked.patient),
    }
    return _act_page(request, asked, form, act, template="patients/erasure_approve.html", **shown)


def _act_page(
    request: StaffRequest,
    asked: DataRequest,
    form: BaseForm,
    act: Callable[[], DataRequest],
    *,
    template: str,
    **more: Any,
) -> HttpResponse:
    if request.method != "POST" and not asked.is_open:
        return redirect("patients:request_detail", pk=asked.pk)
    context = {"asked": asked, **more, **_clock()}
    return create_page(request, form=form, create=act, done_url=_page_of, template=template, context=context)


@post_only
@needs(Capability.ANSWER_DATA_REQUESTS)
def copy_ask(request: StaffRequest, pk: int) -> HttpResponse:
    """A job writes the copy; the page shows when it is there."""
    asked = _request(request, pk)
    key = read_uuid(request.POST.get("submission", ""))
    act_once(
        request,
        lambda: ask_for_copy(request=asked, actor=request.user.actor, at=timezone.now(), submission=key),
    )
    return redirect("patients:request_detail", pk=pk)


def _request(request: StaffRequest, pk: int) -> DataRequest:
    seen = DataRequest.objects.visible_to(request.user).with_card().select_related("copy__result")
    return get_object_or_404(seen, pk=pk)


def _page_of(pk: int) -> str:
    return reverse("patients:request_detail", args=[pk])


def _clock() -> dict[str, Any]:
    return {"now": timezone.now(), "today": timezone.localdate()}
