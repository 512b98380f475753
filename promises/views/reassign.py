"""Many promises to another owner at once: for whoever leads."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.access import Capability, StaffRequest, needs
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.keys import is_key
from promises.forms import ReassignForm
from promises.models import Promise
from promises.services.ownership import reassign_promises

MOST = 500


@require_POST
@needs(Capability.REASSIGN_IN_BULK)
def promise_reassign(request: StaffRequest) -> HttpResponse:
    """What was ticked goes to the person or the team that was chosen; all of it, or nothing."""
    form = ReassignForm(request.POST)
    visible = Promise.objects.visible_to(request.user).open()
    ticked = visible.filter(pk__in=[key for key in request.POST.getlist("promise")[:MOST] if is_key(key)])
    rows = list(ticked.with_people().in_due_order())
    if not rows:
        messages.error(request, _("Tick at least one promise."))
        return redirect("promises:promise_list")
    if form.is_valid():
        try:
            done = reassign_promises(
                promises=rows,
                owner=form.cleaned_data["owner"],
                team=form.cleaned_data["team"],
                reason=form.cleaned_data["reason"],
                actor=request.user.actor,
                at=timezone.now(),
            )
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            text = ngettext("%(count)d promise reassigned", "%(count)d promises reassigned", done)
            messages.success(request, text % {"count": done})
            return redirect("promises:promise_list")
    return render(request, "promises/promise_reassign.html", {"form": form, "rows": rows, "now": timezone.now()})
