"""The one-time password on the screen: from the act that made it to the administrator's browser and nowhere else."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import Capability, StaffRequest, needs
from accounts.models import Staff
from hospital_crm.lib.sealing import CannotBeOpened, seal, unseal

SHOWN_SECONDS = 600
KEPT = "one_time_password"  # in the session, one at a time


def show_password(request: HttpRequest, staff: Staff, password: str) -> HttpResponse:
    """To a page of its own, which survives a reload and a change of language; the session's row holds it sealed."""
    request.session[KEPT] = seal(password, purpose=_purpose(request, staff.pk))
    return redirect("accounts:staff_password", pk=staff.pk)


@require_safe
@needs(Capability.MANAGE_SETTINGS)
def staff_password(request: StaffRequest, pk: int) -> HttpResponse:
    staff = get_object_or_404(Staff, pk=pk)
    try:
        sealed = request.session.get(KEPT, "")
        password = unseal(sealed, purpose=_purpose(request, pk), seconds=SHOWN_SECONDS)
    except CannotBeOpened:
        messages.info(request, _("The one-time password is no longer shown. Reset the password if it is lost."))
        return redirect("accounts:staff_detail", pk=pk)
    context = {"staff": staff, "password": password, "minutes": SHOWN_SECONDS // 60}
    return render(request, "accounts/staff_password.html", context)


def _purpose(request: HttpRequest, pk: int) -> str:
    """Nobody else's session and no other person's page opens it."""
    return f"one-time password of {pk} for {request.user.pk}"
