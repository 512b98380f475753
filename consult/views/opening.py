"""The call page is opened: with what was typed before, or with whom one comes to ring."""

from datetime import date, datetime
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from accounts.access import StaffRequest
from consult.models import Call, CallDraft
from consult.services import drafts
from consult.views.content import Content
from consult.views.gone import answer_gone
from consult.views.page import CallPage
from hospital_crm.lib.keys import read_key, read_uuid
from patients.models import Patient
from promises.models import Promise
from promises.services.changes import PromiseAlreadyOver
from promises.services.organisations import OwedToOrganisation

TEMPLATE = "consult/call_create.html"
TOPIC = "topic"  # where the focus lands, instead of on the number


def open_page(request: StaffRequest, now: datetime) -> HttpResponse:
    """The call in the address, else a new one. What is read again after it was taken up is only read."""
    mine = list(CallDraft.objects.open_of(request.user))
    key = read_uuid(request.GET.get("draft", ""))
    draft = next((draft for draft in mine if draft.key == key), None)
    if key and draft is None:
        return answer_gone(request, key)
    try:
        content = draft.content if draft else _fresh(request, now)
    except PromiseAlreadyOver as over:
        messages.error(request, str(over))
        return redirect("promises:promise_detail", pk=over.current.pk)
    except OwedToOrganisation as owed:
        messages.info(request, str(owed))
        return redirect("followups:attempt_create", promise_pk=owed.promise.pk)
    if drafts.turn_to(draft, among=mine, at=now) and draft:
        return redirect(request.get_full_path())
    page = CallPage(request, content, now, mine=mine)
    context = {**page.context(), "saved": _saved(request), "focus": request.GET.get("focus", "")}
    if context["focus"] == TOPIC:
        page.begin_at_last_topic()
    return render(request, TEMPLATE, context)


def _saved(request: StaffRequest) -> Call | None:
    """The call that was saved a moment ago."""
    key = read_key(request.GET.get("saved", ""))
    mine = Call.objects.visible_to(request.user).select_related("patient", "contact")
    return mine.filter(pk=key).first() if key else None


def _fresh(request: StaffRequest, now: datetime) -> Content:
    """Nothing yet; or a call to the patient, or to keep the promise, from which one comes.

    Raises PromiseAlreadyOver, OwedToOrganisation, Http404.
    """
    fresh: Content = {"submission": [str(uuid4())]}
    if key := _number(request, "promise"):
        promise = _promise(request, key, timezone.localdate(now))
        if promise.organisation_id:
            raise OwedToOrganisation(promise)
        kind, pk = ("patient", promise.patient_id) if promise.patient_id else ("contact", promise.contact_id)
        return {**fresh, "who": [f"{kind}:{pk}"], "direction": ["out"], "promise": [str(promise.pk)]}
    if key := _number(request, "patient"):
        patient = get_object_or_404(Patient.objects.visible_to(request.user).known_as(key))
        return {**fresh, "who": [f"patient:{patient.pk}"], "direction": ["out"]}
    return fresh


def _promise(request: StaffRequest, key: int, today: date) -> Promise:
    """One that is still to be kept.

    Raises PromiseAlreadyOver, Http404.
    """
    promise = Promise.objects.visible_to(request.user, today).open().of_no_row().filter(pk=key).first()
    if promise is None:
        raise PromiseAlreadyOver(get_object_or_404(Promise.objects.readable_by(request.user, today).over(), pk=key))
    return promise


def _number(request: StaffRequest, name: str) -> int:
    return read_key(request.GET.get(name, ""))
