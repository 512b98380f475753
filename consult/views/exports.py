"""The list as a file."""

from django.http import FileResponse, HttpResponse
from django.views.decorators.http import require_safe

from accounts.access import Capability, StaffRequest, needs, post_only
from consult.filters import CallFilter
from consult.models import Call
from consult.services.exports import CALLS
from jobs.pages import ask_for_file, file_of


@post_only
@needs(Capability.SEE_FIGURES)
def call_export(request: StaffRequest) -> HttpResponse:
    """The filter of the page counts; the file holds what the person may carry away."""
    wanted = CallFilter(request.POST, queryset=Call.objects.none())
    return ask_for_file(request, CALLS, wanted=wanted.form, back="consult:call_list")


@require_safe
@needs(Capability.SEE_FIGURES)
def call_export_file(request: StaffRequest, pk: int) -> HttpResponse | FileResponse:
    return file_of(request, CALLS, pk)
