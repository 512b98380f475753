"""Calls that were saved: lists, one of them, what is wrong with it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.access import Capability, StaffRequest, needs
from accounts.services.list_views import views_of
from accounts.services.saved_views import NOT_KEPT, WHOLE, offer_list
from consult.filters import CallFilter
from consult.forms import ReasonForm
from consult.models import Call
from consult.querysets import CallQuerySet
from consult.services import voids
from consult.services.settled import settled_still
from hospital_crm.lib.errors import DomainError, DuplicateSubmission
from hospital_crm.lib.htmx import render_part
from hospital_crm.lib.paging import capped_count, page_of
from jobs.pages import offered
from patients.models import Patient
from patients.services.looks import record_question

LIST = "consult:call_list"
ALL = {WHOLE: "1"}
offer_list(LIST, gettext_lazy("Consult line"))


def visible(request: StaffRequest) -> CallQuerySet:
    return Call.objects.visible_to(request.user)


@require_safe
@needs(Capability.SEE_CALLS)
def call_list(request: StaffRequest) -> HttpResponse:
    views = views_of(request.user, LIST, request.GET)
    if not request.GET and views.first_url:
        return redirect(views.first_url)
    found = CallFilter(request.GET, queryset=visible(request))
    record_question(request.GET.get("q", ""), actor=request.user.actor, at=timezone.now())
    context = {
        "filter": found,
        "page": page_of(found.qs.with_card(), request, ordering=("-started_at", "-id")),
        "count": capped_count(found.qs),
        "searched": found.form.searched,
        "chips": [*_usual_views(request), *views.own],
        "views": views,
        "export": offered(request, found),
        "now": timezone.now(),
    }
    return render_part(request, "consult/call_list.html", "rows", context)


def _usual_views(request: StaffRequest) -> list[dict[str, Any]]:
    """My calls of today, those of all whom I see, everything."""
    today = dict.fromkeys(("since", "until"), timezone.localdate().isoformat())
    conditions: tuple[tuple[str, dict[str, str]], ...] = (
        (_("Mine today"), {**today, "handled_by": str(request.user.pk)}),
        (_("Today"), today),
        (_("Mine"), {"handled_by": str(request.user.pk)}),
        (_("All"), {}),
    )
    asked = {name: value for name, value in request.GET.items() if value and name not in NOT_KEPT}
    return [
        {"label": label, "url": f"?{_query(wanted or ALL)}", "is_current": asked == wanted, "count": None}
        for label, wanted in conditions
    ]


def _query(wanted: dict[str, str]) -> str:
    query = QueryDict(mutable=True)
    query.update(wanted)
    return query.urlencode()


@require_safe
@needs(Capability.SEE_CALLS)
def call_detail(request: StaffRequest, pk: int) -> HttpResponse:
    seen = visible(request).with_card().with_promises_for(request.user, timezone.localdate())
    call = get_object_or_404(seen.select_related("voided_by__staff", "replaces", "replaced_by"), pk=pk)
    audit.record_look(actor=request.user.actor, verb="call.opened", subject=call, at=timezone.now())
    context = {
        "call": call,
        "seen": set(visible(request).filter(pk__in=_neighbours(call)).values_list("pk", flat=True)),
        "may_void": voids.may_void(call=call, staff=request.user),
        "now": timezone.now(),
        "today": timezone.localdate(),
    }
    return render(request, "consult/call_detail.html", context)


def _neighbours(call: Call) -> list[int]:
    after = getattr(call, "replaced_by", None)
    return [pk for pk in (call.replaces_id, after.pk if after else None) if pk]


@needs(Capability.SEE_CALLS)
def call_void(request: StaffRequest, pk: int) -> HttpResponse:
    call = get_object_or_404(visible(request).select_related("attempt", "promise"), pk=pk)
    refused, is_sent = voids.refusal(call=call, staff=request.user), request.method == "POST"
    if refused is not None and not (is_sent and isinstance(refused, voids.CallAlreadyVoided)):
        messages.error(request, str(refused))
        return redirect("consult:call_detail", pk=pk)
    form = ReasonForm(request.POST or None)
    if is_sent and form.is_valid():
        reason = form.cleaned_data["reason"]
        if (call.voided_by_id, call.void_reason) == (request.user.actor.pk, reason):  # sent twice
            messages.info(request, str(DuplicateSubmission.message))
            return redirect("consult:call_detail", pk=pk)
        try:
            voids.void_call(call=call, reason=reason, staff=request.user, at=timezone.now())
        except voids.CallAlreadyVoided:
            call.refresh_from_db()  # the page says by whom, and keeps the words
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Voided"))
            return redirect("consult:call_detail", pk=pk)
    context = {"call": call, "form": form, "opens_again": settled_still(call), "now": timezone.now()}
    return render(request, "consult/call_void.html", context)


@require_safe
@needs(Capability.SEE_CALLS)
def for_patient(request: StaffRequest, patient_pk: int) -> HttpResponse:
    """The last calls that the person may see."""
    patient = get_object_or_404(Patient.objects.visible_to(request.user).known_as(patient_pk))
    calls = Call.objects.last_of(patient, request.user)
    return render(request, "consult/for_patient.html", {"patient": patient, "calls": calls, "now": timezone.now()})
