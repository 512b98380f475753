"""At an organisation: whom to speak with, and who of our clients works there."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import Capability, StaffRequest, needs, post_only
from hospital_crm.lib.conflict import resolved
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.forms import create_page, edit_page
from hospital_crm.lib.paging import page_of
from patients.forms.organisations import (
    EmploymentCreateForm,
    EmploymentEditForm,
    OrganisationContactCreateForm,
    OrganisationContactEditForm,
)
from patients.models import Employment, OrganisationContact, Patient, Reveal
from patients.services import organisation_people as services
from patients.services.duplicates import find_by_number

from .organisations import employees_of, visible
from .phones import SHOWN_SECONDS


@needs(Capability.SEE_ORGANISATIONS)
def organisation_contact_create(request: StaffRequest, organisation_pk: int) -> HttpResponse:
    organisation = get_object_or_404(visible(request), pk=organisation_pk)
    form = OrganisationContactCreateForm(request.POST or None)

    def create() -> OrganisationContact:
        return services.add_organisation_contact(
            organisation=organisation,
            values=form.values,
            phone=form.cleaned_data["phone"],
            patient=_patient(request, form.cleaned_data["number"]),
            actor=request.user.actor,
            at=timezone.now(),
            submission=form.submission,
        )

    return create_page(
        request,
        form=form,
        create=create,
        done_url=lambda _pk: _page(organisation_pk),
        template="patients/organisation_contact_create.html",
        context={"organisation": organisation},
    )


@needs(Capability.SEE_ORGANISATIONS)
def organisation_contact_edit(request: StaffRequest, pk: int) -> HttpResponse:
    contact = get_object_or_404(_contacts(request), pk=pk)
    form = OrganisationContactEditForm(resolved(request.POST) or None, instance=contact)

    def save() -> OrganisationContact:
        number, stored = form.cleaned_data["number"], get_object_or_404(_contacts(request), pk=pk)
        is_same = stored.patient is not None and number == stored.patient.number
        patient = stored.patient if is_same else _patient(request, number)
        return services.update_organisation_contact(
            contact=stored,
            version=form.version,
            values={**form.values, "patient": patient},
            actor=request.user.actor,
            at=timezone.now(),
        )

    return edit_page(
        request,
        form=form,
        save=save,
        done_url=_page(contact.organisation_id),
        template="patients/organisation_contact_edit.html",
        context={"contact": get_object_or_404(_contacts(request), pk=pk)},
    )


@post_only
@needs(Capability.SEE_ORGANISATIONS)
def organisation_contact_end(request: StaffRequest, pk: int) -> HttpResponse:
    contact = get_object_or_404(_contacts(request), pk=pk)
    try:
        services.end_organisation_contact(contact=contact, actor=request.user.actor, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("No longer the one to speak with"))
    return redirect("patients:organisation_detail", pk=contact.organisation_id)


@post_only
@needs(Capability.SEE_ORGANISATIONS)
def organisation_contact_reveal(request: StaffRequest, pk: int) -> HttpResponse:
    """The number, shown to whoever says what for."""
    contact = get_object_or_404(_contacts(request), pk=pk)
    back, purpose = _page(contact.organisation_id), request.POST.get("purpose", "")
    if purpose not in Reveal.Purpose.values:
        return redirect(back)
    try:
        text = services.reveal_contact(
            contact=contact, purpose=Reveal.Purpose(purpose), staff=request.user, at=timezone.now()
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect(back)
    context = {"contact": contact, "text": text, "seconds": SHOWN_SECONDS}
    if getattr(request, "htmx", None):
        return render(request, "patients/organisation_contact_reveal.html#number", context)
    answer = render(request, "patients/organisation_contact_reveal.html", context)
    answer["Refresh"] = f"{SHOWN_SECONDS}; url={back}"  # masked again, without script too
    return answer


@require_safe
@needs(Capability.SEE_ORGANISATIONS)
def employment_list(request: StaffRequest, organisation_pk: int) -> HttpResponse:
    organisation = get_object_or_404(visible(request), pk=organisation_pk)
    shown = Employment.objects.of(organisation).visible_to(request.user).select_related("patient")
    context = {
        "organisation": organisation,
        "page": page_of(shown, request, ordering=("-id",)),
        "employees": employees_of(request, organisation),
        "today": timezone.localdate(),
    }
    return render(request, "patients/employment_list.html", context)


@needs(Capability.SEE_ORGANISATIONS)
def employment_create(request: StaffRequest, organisation_pk: int) -> HttpResponse:
    organisation = get_object_or_404(visible(request), pk=organisation_pk)
    form = EmploymentCreateForm(request.POST or None, initial={"number": request.GET.get("number", "")[:40]})

    def create() -> Employment:
        people = Patient.objects.visible_to(request.user)
        return services.add_employee(
            organisation=organisation,
            patient=find_by_number(form.cleaned_data["number"], among=people),
            values=form.values,
            actor=request.user.actor,
            at=timezone.now(),
            submission=form.submission,
        )

    return create_page(
        request,
        form=form,
        create=create,
        done_url=lambda _pk: _page(organisation_pk),
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
        done_url=_page(employment.organisation_id),
        template="patients/employment_edit.html",
        context={"employment": get_object_or_404(_employments(request), pk=pk)},
    )


def _patient(request: StaffRequest, number: str) -> Patient | None:
    """Raises NobodyOfNumber."""
    return find_by_number(number, among=Patient.objects.visible_to(request.user)) if number else None


def _contacts(request: StaffRequest) -> Any:
    return OrganisationContact.objects.visible_to(request.user).select_related("organisation", "patient")


def _employments(request: StaffRequest) -> Any:
    return Employment.objects.visible_to(request.user).select_related("organisation", "patient")


def _page(organisation: int) -> str:
    return reverse("patients:organisation_detail", args=[organisation])
