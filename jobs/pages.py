"""What the pages of an app need to give a list away as a file: offer it, ask for it, fetch it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Capability
from accounts.services.submissions import sending_of
from hospital_crm.lib.acts import act_once
from hospital_crm.lib.exports import ExportForm, ExportPurpose, offer_of
from jobs.models import Job
from jobs.services.exports import RightsHaveChanged, fetch_export, must_see, request_export

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.forms import BaseForm
    from django_filters import FilterSet

    from accounts.access import StaffRequest
    from jobs.services.exports import Export


def offered(request: StaffRequest, found: FilterSet | None = None, **given: str) -> dict[str, Any] | None:
    """What jobs/export_form.html shows to whoever may export, with the list's filter or what the page itself carries
    along; None to others.
    """
    return offer_of(found, **given) if request.user.can(Capability.SEE_FIGURES) else None


def ask_for_file(
    request: StaffRequest,
    export: Export,
    *,
    back: str,
    wanted: BaseForm | None = None,
    ask: Callable[..., Job] | None = None,
    beside: dict[str, Any] | None = None,
) -> HttpResponse:
    """A job writes what the filter shows, or what the app's own service (`ask`) asks for; `back`, if the form cannot
    be read.
    """
    must_see(request.user, export)
    form = ExportForm(request.POST)
    if not form.is_valid() or (wanted is not None and not wanted.is_valid()):
        messages.error(request, _("The filter cannot be read. Set it again and export once more."))
        return redirect(back)
    conditions = wanted.cleaned_data if wanted is not None else {}
    act = ask or partial(request_export, export=export, wanted=conditions, beside=beside)
    kind, purpose = form.cleaned_data["format"], ExportPurpose(form.cleaned_data["purpose"])
    told = {"kind": kind, "purpose": purpose, "submission": sending_of(request)}
    act_once(request, lambda: act(**told, staff=request.user, at=timezone.now()))
    return redirect("jobs:job_list")


def file_of(request: StaffRequest, export: Export, pk: int) -> HttpResponse | FileResponse:
    """The file, for whoever asked for it; why not, if what the person may see has changed since."""
    must_see(request.user, export)
    try:
        stored = fetch_export(export, pk=pk, staff=request.user, at=timezone.now())
    except Job.DoesNotExist as missing:
        raise Http404("export") from missing
    except RightsHaveChanged as changed:
        messages.error(request, str(changed))
        return redirect("jobs:job_list")
    return FileResponse(stored.content.open("rb"), as_attachment=True, filename=stored.name)
