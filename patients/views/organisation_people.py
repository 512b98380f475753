"""At an organisation: whom to speak with."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Capability, StaffRequest, needs, post_only
from hospital_crm.lib.conflict import resolved
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.forms import create_page, edit_page
from patients.forms.organisation_people import OrganisationContactCreateForm, OrganisationContactEditForm
from patients.models import OrganisationContact, Reveal
from patients.services import organisation_people as services

from .organisations import visible
from .phones import SHOWN_SECONDS
from .whom import people_of


@needs(Capability.SEE_ORGANISATIONS)
def organisation_contact_create(request: StaffRequest, organisation_pk: int) -> HttpResponse:
    organisation = get_object_or_404(visible(request), pk=organisation_pk)
    form = OrganisationContactCreateForm(request.POST or None, among=people_of(request))

    def create() -> OrganisationContact:
        return services.add_organisation_contact(
            organisation=organisation,
            values=form.values,
            phone=form.cleaned_data["phone"],
            patient=form.person,
            actor=request.user.actor,
            at=timezone.now(),
            submission=form.submission,
        )

    return create_page(
        request,
        form=form,
        create=create,
        done_url=lambda _pk: page_of_organisation(organisation_pk),
        template="patients/organisation_contact_create.html",
        context={"organisation": organisation},
    )


@needs(Capability.SEE_ORGANISATIONS)
def organisation_contact_edit(request: StaffRequest, pk: int) -> HttpResponse:
    contact = get_object_or_404(_contacts(request), pk=pk)
    form = OrganisationContactEditForm(resolved(request.POST) or None, instance=contact, among=people_of(request))

    def save() -> OrganisationContact:
        stored = get_object_or_404(_contacts(request), pk=pk)
        return services.update_organisation_contact(
            contact=stored,
            version=form.version,
            values={**form.values, "patient": form.person},
            actor=request.user.actor,
            at=timezone.now(),
        )

    return edit_page(
        request,
        form=form,
        save=save,
        done_url=page_of_organisation(contact.organisation_id),
        template="patients/organisation_contact_edit.html",
        context={"contact": get_object_or_404(_contacts(request), pk=pk)},
        fresh=lambda row: OrganisationContactEditForm(instance=row, among=people_of(request)),
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
    back, purpose = page_of_organisation(contact.organisation_id), request.POST.get("purpose", "")
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


def _contacts(request: StaffRequest) -> Any:
    return OrganisationContact.objects.visible_to(request.user).select_related("organisation", "patient")


def page_of_organisation(organisation: int) -> str:
    return reverse("patients:organisation_detail", args=[organisation])
