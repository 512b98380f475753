"""Promises as lists and one by one."""

from collections.abc import Collection
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.access import Capability, StaffRequest, needs
from accounts.models import Staff
from accounts.services.list_views import views_of
from accounts.services.saved_views import offer_list
from hospital_crm.lib.htmx import render_part
from hospital_crm.lib.paging import capped_count, page_of
from jobs.pages import offered
from patients.models import Patient
from promises.filters import PromiseFilter
from promises.forms import ReassignForm
from promises.models import Promise
from promises.querysets.promises import PromiseQuerySet
from promises.reports.why_then import why_then
from promises.services.deadlines import years_unconfirmed
from promises.services.texts import texts_of

LIST = "promises:promise_list"
offer_list(LIST, _("Promises"))


@require_safe
@needs(Capability.SEE_PROMISES)
def promise_list(request: StaffRequest) -> HttpResponse:
    views = views_of(request.user, LIST, request.GET)
    if not request.GET and views.first_url:
        return redirect(views.first_url)
    query = request.GET.copy()
    query.setdefault("state", "open")
    rows = PromiseFilter(query, queryset=_visible(request), request=request)
    page = page_of(rows.qs.with_people(), request, ordering=("due_at", "id"))
    may_reassign = request.user.can(Capability.REASSIGN_IN_BULK)
    context = {
        "filter": rows,
        "page": page,
        "count": capped_count(rows.qs),
        "not_shown": _not_shown(request, query),
        "views": views,
        "reassign_form": ReassignForm(auto_id="id_reassign_%s") if may_reassign else None,
        "movable": _movable(request.user, page.rows) if may_reassign else (),
        "unconfirmed": years_unconfirmed(page.rows, today=timezone.localdate()),
        "opens_organisations": request.user.can(Capability.SEE_ORGANISATIONS),
        "export": offered(request, rows),
        **_clock(),
    }
    return render_part(request, "promises/promise_list.html", "rows", context)


@require_safe
@needs(Capability.SEE_PROMISES)
def promise_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """With what one may do about it; whoever only was told of it, or owed it before, reads it."""
    readable = Promise.objects.readable_by(request.user, timezone.localdate())
    promise = get_object_or_404(_whole(readable, request), pk=pk)
    is_mine = vars(promise)["is_in_hands"]
    context = {
        "promise": promise,
        "texts": texts_of(promise) if is_mine else [],
        "events": promise.events.select_related("actor__staff", "staff", "team").order_by("happened_at", "pk"),
        "may": may(request, promise) if is_mine else {},
        "is_only_read": promise.is_open and not is_mine,
        "why": why_then(promise),
        "is_named_only": not (is_mine and promise.organisation_id is None) and not _may_open(request, promise),
        **_clock(),
    }
    audit.record_look(actor=request.user.actor, verb="promise.opened", subject=promise, at=timezone.now())
    return render(request, "promises/promise_detail.html", context)


@require_safe
@needs(Capability.FIND_PEOPLE)
def for_patient(request: StaffRequest, patient_pk: int) -> HttpResponse:
    """What is open for the patient: that it exists, until when and whose; the text only for whom it concerns."""
    patient = get_object_or_404(Patient.objects.visible_to(request.user).known_as(patient_pk))
    ahead = list(Promise.objects.ahead_of(patient, request.user, timezone.localdate()))
    context = {
        "patient": patient,
        "ahead": ahead,
        "unconfirmed": years_unconfirmed(ahead, today=timezone.localdate()),
        **_clock(),
    }
    return render(request, "promises/for_patient.html", context)


def _whole(promises: PromiseQuerySet, request: StaffRequest) -> PromiseQuerySet:
    """With all that the page shows."""
    people = promises.with_people().select_related("made_by__staff")
    today = timezone.localdate()
    return people.with_rights_of(request.user, today).with_hands_of(request.user, today)


def _may_open(request: StaffRequest, promise: Promise) -> bool:
    """The page of whom it was promised to."""
    if promise.organisation_id is not None:
        return request.user.can(Capability.SEE_ORGANISATIONS)
    people = Patient.objects.visible_to(request.user, timezone.localdate())
    return promise.patient_id is not None and people.filter(pk=promise.patient_id).exists()


def _movable(leader: Staff, rows: Collection[Promise]) -> set[int]:
    """The keys of those that this leader may give to others."""
    own = Promise.objects.reassignable_by(leader).filter(pk__in=[row.pk for row in rows])
    return set(own.values_list("pk", flat=True))


def may(request: StaffRequest, promise: Any) -> dict[str, bool]:
    """What the page offers to this person; the services decide again."""
    staff = request.user
    asked = promise.pending_owner_id == staff.pk
    return {
        "act": promise.is_open and not asked,
        "dial": promise.may_dial and promise.is_ringable and not promise.pending_owner_id,
        "take": promise.is_open and promise.may_take,
        "answer": promise.is_open and asked,
        "pass_on": promise.is_open and not asked,
    }


def _not_shown(request: StaffRequest, query: QueryDict) -> int:
    """How many more the figures count than may be shown, for they are about the reader.

    Told of all together only: by person, team or kind it would tell who deals with what is about oneself.
    """
    if any(query.get(name) for name in ("owner", "team", "kind", "department", "whose")):
        return 0
    withheld = Promise.objects.withheld_from(request.user, timezone.localdate())
    return int(PromiseFilter(query, queryset=withheld, request=request).qs.count())


def _visible(request: StaffRequest) -> Any:
    return Promise.objects.visible_to(request.user, timezone.localdate())


def _clock() -> dict[str, Any]:
    return {"now": timezone.now(), "today": timezone.localdate()}
