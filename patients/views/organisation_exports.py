"""What is given away of organisations as files: all of them, and of one whom to speak with, employees, our visits."""

from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import Capability, StaffRequest, needs, post_only
from jobs.pages import ask_for_file, file_of
from jobs.services.exports import Export, must_see
from patients.filters import OrganisationFilter
from patients.models import Organisation
from patients.services.exports import CONTACTS, EMPLOYEES, ORGANISATIONS, VISITS_THERE

from .organisations import visible


@post_only
@needs(Capability.SEE_FIGURES)
def organisation_export(request: StaffRequest) -> HttpResponse:
    """The filter of the page counts; the file holds what the person may carry away."""
    wanted = OrganisationFilter(request.POST, queryset=Organisation.objects.none())
    return ask_for_file(request, ORGANISATIONS, wanted=wanted.form, back="patients:organisation_list")


@require_safe
@needs(Capability.SEE_FIGURES)
def organisation_export_file(request: StaffRequest, pk: int) -> HttpResponse | FileResponse:
    return file_of(request, ORGANISATIONS, pk)


@post_only
@needs(Capability.SEE_FIGURES)
def organisation_contact_export(request: StaffRequest, organisation_pk: int) -> HttpResponse:
    """Whom one speaks with at an organisation that the person may carry away."""
    return _of_one(request, CONTACTS, organisation_pk, back="patients:organisation_detail")


@require_safe
@needs(Capability.SEE_FIGURES)
def organisation_contact_export_file(request: StaffRequest, pk: int) -> HttpResponse | FileResponse:
    return file_of(request, CONTACTS, pk)


@post_only
@needs(Capability.SEE_FIGURES)
def employment_export(request: StaffRequest, organisation_pk: int) -> HttpResponse:
    """All that the list shows of an organisation, of whom the person may carry away."""
    return _of_one(request, EMPLOYEES, organisation_pk, back="patients:employment_list")


@require_safe
@needs(Capability.SEE_FIGURES)
def employment_export_file(request: StaffRequest, pk: int) -> HttpResponse | FileResponse:
    return file_of(request, EMPLOYEES, pk)


@post_only
@needs(Capability.SEE_FIGURES)
def organisation_visit_export(request: StaffRequest, organisation_pk: int) -> HttpResponse:
    """Our visits to an organisation that the person may carry away."""
    return _of_one(request, VISITS_THERE, organisation_pk, back="patients:organisation_visit_list")


@require_safe
@needs(Capability.SEE_FIGURES)
def organisation_visit_export_file(request: StaffRequest, pk: int) -> HttpResponse | FileResponse:
    return file_of(request, VISITS_THERE, pk)


def _of_one(request: StaffRequest, export: Export, organisation_pk: int, *, back: str) -> HttpResponse:
    """What the page `back` lists of one organisation."""
    must_see(request.user, export)
    organisation = get_object_or_404(visible(request), pk=organisation_pk)
    beside = {"organisation": organisation.pk}
    return ask_for_file(request, export, beside=beside, back=reverse(back, args=[organisation.pk]))
