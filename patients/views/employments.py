"""Who of our clients works at an organisation."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import Capability, StaffRequest, needs
from hospital_crm.lib.conflict import resolved
from hospital_crm.lib.forms import create_page, edit_page
from hospital_crm.lib.paging import page_of
from jobs.pages import offered
from patients.forms.organisation_people import EmploymentCreateForm, EmploymentEditForm
from patients.models import Employment
from patients.services import employments as services

from .organisation_people import page_of_organisation
from .organisations import employees_of, visible
from .whom import people_of


@require_safe
@needs(Capability.SEE_ORGANISATIONS)
def employment_list(request: StaffRequest, organisation_pk: int) -> HttpResponse:
    organisation = get_object_or_404(visible(request), pk=organisation_pk)
    shown = Employment.objects.of(organisation).visible_to(request.user).select_related("patient")
    context = {
        "organisation": organisation,
        "page": page_of(shown, request, ordering=("-id",)),
        "employees": employees_of(request, organisation),
        "export": offered(request),
        "today": timezone.localdate(),
    }
    return render(request, "patients/employment_list.html", context)


@needs(Capability.SEE_ORGANISATIONS)
def employment_create(request: StaffRequest, organisation_pk: int) -> HttpResponse:
    organisation = get_object_or_404(visible(request), pk=organisation_pk)
    initial = {"number": request.GET.get("number", "")[:40]}
    form = EmploymentCreateForm(request.POST or None, among=people_of(request), initial=initial)

    def create() -> Employment:
        assert form.person is not None  # noqa: S101  the form asks for one
        return services.add_employee(
            organisation=organisation,
            patient=form.person,
            values=form.values,
            actor=request.user.actor,
            at=timezone.now(),
            submission=form.submission,
        )

    return create_page(
        request,
        form=form,
        create=create,
        done_url=lambda _pk: page_of_organisation(organisation_pk),
        template="patients/employment_create.html",
        context={"organisation": organisation},
    )


@needs(Capability.SEE_ORGANISATIONS)
def employment_edit(request: StaffRequest, pk: int) -> HttpResponse:
    employment = get_object_or_404(_employments(request), pk=pk)
    form = EmploymentEditForm(resolved(request.POST) or None, instance=employment)

    def save() -> Employment:
        return services.update_employee(
            employment=get_object_or_404(_employments(request), pk=pk),
            version=form.version,
            values=form.values,
            actor=request.user.actor,
            at=timezone.now(),
        )

    return edit_page(
        request,
        form=form,
        save=save,
        done_url=page_of_organisation(employment.organisation_id),
        template="patients/employment_edit.html",
        context={"employment": get_object_or_404(_employments(request), pk=pk)},
    )


def _employments(request: StaffRequest) -> Any:
    return Employment.objects.visible_to(request.user).select_related("organisation", "patient")
