"""Acts for many patients: asked for, watched, and whom they left out."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import Capability, StaffRequest, needs, polled
from hospital_crm.lib.forms import CreateForm, create_page
from hospital_crm.lib.paging import capped_count, page_of
from patients.forms.bulk import BulkDepartmentForm, BulkTagsForm
from patients.models import BulkAct, Patient, Selection
from patients.services.bulk_departments import request_assignment
from patients.services.bulk_tags import request_tags
from patients.services.selections import people_of


@needs(Capability.REASSIGN_IN_BULK)
def bulk_tags(request: StaffRequest, pk: int) -> HttpResponse:
    """Which tags are put on all of them, and which are taken off."""
    selection = get_object_or_404(Selection.objects.visible_to(request.user), pk=pk)
    form = BulkTagsForm(request.POST or None)

    def create() -> BulkAct:
        return request_tags(
            selection=selection,
            on=list(form.cleaned_data["on"]),
            off=list(form.cleaned_data["off"]),
            staff=request.user,
            at=timezone.now(),
            submission=form.submission,
        )

    return _form_page(request, selection, form, create, title=_("Tags for many"))


@needs(Capability.REASSIGN_IN_BULK)
def bulk_department(request: StaffRequest, pk: int) -> HttpResponse:
    """To which department they belong from now on."""
    selection = get_object_or_404(Selection.objects.visible_to(request.user), pk=pk)
    form = BulkDepartmentForm(request.POST or None, leader=request.user)

    def create() -> BulkAct:
        return request_assignment(
            selection=selection,
            department=form.cleaned_data["department"],
            staff=request.user,
            at=timezone.now(),
            submission=form.submission,
        )

    return _form_page(request, selection, form, create, title=_("Assign to a department"))


def _form_page(
    request: StaffRequest, selection: Selection, form: CreateForm, create: Callable[[], BulkAct], *, title: str
) -> HttpResponse:
    count = capped_count(people_of(selection, request.user))
    return create_page(
        request,
        form=form,
        create=create,
        done_url=lambda key: reverse("patients:bulk_detail", args=[key]),
        template="patients/bulk_form.html",
        context={"selection": selection, "count": count, "title": title},
    )


@require_safe
@needs(Capability.REASSIGN_IN_BULK)
def bulk_detail(request: StaffRequest, pk: int) -> HttpResponse:
    return render(request, "patients/bulk_detail.html", _progress(request, pk))


@require_safe
@polled
@needs(Capability.REASSIGN_IN_BULK)
def bulk_progress(request: StaffRequest, pk: int) -> HttpResponse:
    """The page itself asks again while the job is open; when it is over the whole page is read anew."""
    context = _progress(request, pk)
    answer = render(request, "patients/bulk_detail.html#progress", context)
    if not context["act"].job.is_open:
        answer["HX-Refresh"] = "true"
    return answer


def _progress(request: StaffRequest, pk: int) -> dict[str, Any]:
    act = get_object_or_404(BulkAct.objects.visible_to(request.user).with_card(), pk=pk)
    path = reverse("patients:bulk_detail", args=[pk])
    page = page_of(act.refusals.select_related("patient"), request, ordering=("id",), path=path)
    seen = Patient.objects.visible_to(request.user).filter(pk__in=[row.patient_id for row in page.rows])
    names = dict(seen.values_list("pk", "name"))
    language = get_language()
    refusals = [
        {
            "key": row.patient_id,
            "name": names.get(row.patient_id, ""),
            "number": row.patient.number,
            "why": row.words.get(language) or row.code,
        }
        for row in page.rows
    ]
    return {"act": act, "refusals": refusals, "page": page, "now": timezone.now()}
