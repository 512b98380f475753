"""The list as a file."""

from django.http import FileResponse, HttpResponse
from django.views.decorators.http import require_safe

from accounts.access import Capability, StaffRequest, needs, post_only
from jobs.pages import ask_for_file, file_of
from promises.filters import PromiseFilter
from promises.models import Promise
from promises.services.exports import PROMISES


@post_only
@needs(Capability.SEE_FIGURES)
def promise_export(request: StaffRequest) -> HttpResponse:
    """The filter of the page counts; the file holds what the person may carry away."""
    wanted = PromiseFilter(request.POST, queryset=Promise.objects.none(), request=request)
    return ask_for_file(request, PROMISES, wanted=wanted.form, back="promises:promise_list")


@require_safe
@needs(Capability.SEE_FIGURES)
def promise_export_file(request: StaffRequest, pk: int) -> HttpResponse | FileResponse:
    return file_of(request, PROMISES, pk)
