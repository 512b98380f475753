"""The copy of a person's data: fetched for a purpose, as a file for programs or as a page to print."""

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.access import Capability, StaffRequest, needs, post_only
from dashboards.reports.paper import as_text, read_copy, sections_of
from hospital_crm.lib.errors import DomainError
from patients.models import DataRequest
from patients.services.copies import CopyPurpose, fetch_copy


@post_only
@needs(Capability.ANSWER_DATA_REQUESTS)
def copy_fetch(request: StaffRequest, pk: int) -> HttpResponse | FileResponse:
    """Sent, so that no address holds it; `form` says as what."""
    asked = get_object_or_404(DataRequest.objects.visible_to(request.user).select_related("copy__result"), pk=pk)
    purpose = request.POST.get("purpose", "")
    if purpose not in CopyPurpose.values:
        messages.error(request, _("Say what the copy is for."))
        return redirect("patients:request_detail", pk=pk)
    try:
        stored = fetch_copy(request=asked, purpose=CopyPurpose(purpose), staff=request.user, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("patients:request_detail", pk=pk)
    if request.POST.get("form") != "page":
        return FileResponse(stored.content.open("rb"), as_attachment=True, filename=stored.name)
    content = read_copy(stored)
    with override(content["language"]):  # the person's, whatever the reader's is
        written = as_text(content["written_at"])
        context = {"content": content, "written": written, "sections": sections_of(content), "pk": pk}
        return render(request, "dashboards/copy_fetch.html", context)
