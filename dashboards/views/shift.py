"""The hand-over between two shifts."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import Capability, StaffRequest, needs, post_only
from dashboards.forms import ShiftForm
from dashboards.reports.shift import shift_of
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.keys import is_key
from promises.models import Promise
from promises.services.handing_over import accept_promises, hand_over_promises


@needs(Capability.SEE_PROMISES)
def shift(request: StaffRequest) -> HttpResponse:
    """See what is still open, tick it, and ask one colleague to take it over."""
    form = ShiftForm(request.POST or None, staff=request.user)
    ticked = set(request.POST.getlist("promise"))
    if request.method == "POST" and form.is_valid():
        try:
            asked = _hand_over(request, form, ticked)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            if asked:
                messages.success(request, _asked_text(asked, form.cleaned_data["to"].name))
                return redirect("dashboards:shift")
            nothing = _("What you ticked is not yours to pass on.") if ticked else _("Tick at least one promise.")
            form.add_error(None, nothing)
    now = timezone.now()
    context = {
        "shift": shift_of(request.user, at=now),
        "form": form,
        "ticked": ticked,
        "now": now,
        "today": timezone.localdate(now),
    }
    return render(request, "dashboards/shift.html", context)


@post_only
@needs(Capability.SEE_PROMISES)
def shift_accept(request: StaffRequest) -> HttpResponse:
    """All that was passed on to the person."""
    asked = Promise.objects.open().asked_of(request.user).not_about(request.user)
    _say(
        request,
        lambda: accept_promises(promises=asked.with_people().in_due_order(), staff=request.user, at=timezone.now()),
    )
    return redirect("dashboards:shift")


def _hand_over(request: StaffRequest, form: ShiftForm, ticked: set[str]) -> int:
    now = timezone.now()
    mine = Promise.objects.open().owed_by(request.user, timezone.localdate(now)).not_about(request.user)
    chosen: Any = mine.filter(pk__in=[key for key in ticked if is_key(key)])
    return hand_over_promises(
        promises=list(chosen.with_people().in_due_order()),
        to=form.cleaned_data["to"],
        reason=form.cleaned_data["reason"],
        actor=request.user.actor,
        at=now,
    )


def _say(request: StaffRequest, act: Callable[[], int]) -> None:
    try:
        done = act()
    except DomainError as error:
        messages.error(request, str(error))
    else:
        if not done:
            messages.info(request, _("Nothing is passed on to you any more."))
            return
        text = ngettext("%(count)d promise is yours now", "%(count)d promises are yours now", done)
        messages.success(request, text % {"count": done})


def _asked_text(count: int, name: str) -> str:
    text = ngettext("%(count)d promise passed on to %(name)s", "%(count)d promises passed on to %(name)s", count)
    return text % {"count": count, "name": name}
