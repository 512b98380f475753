"""Patients that were chosen on the list, and what can be done for all of them."""

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import Capability, StaffRequest, needs, post_only
from accounts.services.saved_views import kept_query
from accounts.services.submissions import sending_of
from hospital_crm.lib.errors import DomainError, DuplicateSubmission
from hospital_crm.lib.keys import is_key
from hospital_crm.lib.paging import capped_count
from jobs.pages import offered
from patients.filters import PatientFilter
from patients.models import BulkAct, Patient, Selection
from patients.services.looks import record_question
from patients.services.selections import choose_patients, people_of

SHOWN = 10  # names, so that a slip is seen


@post_only
@needs(Capability.REASSIGN_IN_BULK)
def selection_create(request: StaffRequest) -> HttpResponse:
    """What the list sends: the ticked ones, or its filter with `whole`."""
    sent, now = request.POST, timezone.now()
    wanted = None
    if "whole" in sent:
        form = PatientFilter(sent, queryset=Patient.objects.none(), request=request).form
        if not form.is_valid():
            messages.error(request, _("The filter cannot be read. Set it again and choose once more."))
            return redirect("patients:patient_list")
        wanted = form.cleaned_data
        record_question(wanted["q"], actor=request.user.actor, at=now)
    keys = [int(key) for key in sent.getlist("patient") if is_key(key)]
    submission = sending_of(request)  # with other ticks it is another choice
    try:
        selection = choose_patients(staff=request.user, keys=keys, wanted=wanted, at=now, submission=submission)
    except DuplicateSubmission as duplicate:
        return redirect("patients:selection_detail", pk=duplicate.subject_id)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect(_list_url(sent))
    return redirect("patients:selection_detail", pk=selection.pk)


def _list_url(sent: QueryDict) -> str:
    """The list as it was, with its conditions."""
    kept = sent.copy()
    for name in ("patient", "submission", "whole"):
        kept.pop(name, None)
    text = kept_query(kept)
    return reverse("patients:patient_list") + (f"?{text}" if text else "?all=1")


@require_safe
@needs(Capability.REASSIGN_IN_BULK)
def selection_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Who they are, as far as a page shows it, and what can be done for all of them."""
    selection = get_object_or_404(Selection.objects.visible_to(request.user), pk=pk)
    people = people_of(selection, request.user)
    context = {
        "selection": selection,
        "count": capped_count(people),
        "some": people.select_related("department").order_by("-registered_at", "-pk")[:SHOWN],
        "acts": BulkAct.objects.visible_to(request.user).filter(selection=selection).with_card().order_by("-pk"),
        "export": offered(request, selection=str(selection.pk)),
        "now": timezone.now(),
        "today": timezone.localdate(),
    }
    return render(request, "patients/selection_detail.html", context)
