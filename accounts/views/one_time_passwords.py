"""The one-time password on the screen, for the administrator who made it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import Capability, StaffRequest, needs
from accounts.models import Staff
from accounts.services import shown_once


def show_password(request: HttpRequest, staff: Staff, password: str) -> HttpResponse:
    shown_once.keep(request, password, about=f"one-time password of {staff.pk}")
    return redirect("accounts:staff_password", pk=staff.pk)


@require_safe
@needs(Capability.MANAGE_SETTINGS)
def staff_password(request: StaffRequest, pk: int) -> HttpResponse:
    staff = get_object_or_404(Staff, pk=pk)
    password = shown_once.kept(request, about=f"one-time password of {pk}")
    if not password:
        messages.info(request, _("The one-time password is no longer shown. Reset the password if it is lost."))
        return redirect("accounts:staff_detail", pk=pk)
    context = {"staff": staff, "password": password, "minutes": shown_once.SHOWN_MINUTES}
    return render(request, "accounts/staff_password.html", context)
