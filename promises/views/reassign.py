"""Many promises to another owner, or over several, at once: for whoever leads."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.access import Capability, StaffRequest, needs
from accounts.models import Absence, Staff
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.keys import is_key
from promises.forms import ReassignForm, SpreadForm
from promises.models import Promise
from promises.services.keepers import with_loads
from promises.services.ownership import reassign_promises
from promises.services.spreading import spread_promises

MOST = 500
MOST_SHARERS = 60


@require_POST
@needs(Capability.REASSIGN_IN_BULK)
def promise_reassign(request: StaffRequest) -> HttpResponse:
    """What was ticked goes to the person or the team that was chosen; all of it, or nothing."""
    form, rows = ReassignForm(request.POST), _ticked(request)
    if not rows:
        return _nothing_ticked(request)
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
            _explain(form, error)
        else:
            text = ngettext("%(count)d promise reassigned", "%(count)d promises reassigned", done)
            messages.success(request, text % {"count": done})
            return redirect("promises:promise_list")
    return render(request, "promises/promise_reassign.html", {"form": form, "rows": rows, "now": timezone.now()})


@require_POST
@needs(Capability.REASSIGN_IN_BULK)
def promise_spread(request: StaffRequest) -> HttpResponse:
    """Ask among whom; then what was ticked is shared out; all of it, or nothing."""
    rows = _ticked(request)
    if not rows:
        return _nothing_ticked(request)
    asked = {"initial": {"reason": request.POST.get("reason", "")}}
    sent: dict[str, Any] = {"data": request.POST} if "is_chosen" in request.POST else asked
    form = SpreadForm(**sent, sharers=_sharers(request.user, rows))
    if form.is_bound and form.is_valid():
        try:
            got = spread_promises(
                promises=rows,
                among=form.cleaned_data["among"],
                reason=form.cleaned_data["reason"],
                actor=request.user.actor,
                at=timezone.now(),
            )
        except DomainError as error:
            _explain(form, error)
        else:
            messages.success(request, _said(got))
            return redirect("promises:promise_list")
    return render(request, "promises/promise_spread.html", {"form": form, "rows": rows, "now": timezone.now()})


def _ticked(request: StaffRequest) -> list[Promise]:
    visible = Promise.objects.visible_to(request.user).open()
    ticked = visible.filter(pk__in=[key for key in request.POST.getlist("promise")[:MOST] if is_key(key)])
    return list(ticked.with_people().in_due_order())


def _nothing_ticked(request: StaffRequest) -> HttpResponse:
    messages.error(request, _("Tick at least one promise."))
    return redirect("promises:promise_list")


def _sharers(leader: Staff, rows: list[Promise]) -> list[Staff]:
    """Who is there today of the leader's departments and of the teams that owe these; least loaded first."""
    now = timezone.now()
    around = Q(teams__in={row.team_id for row in rows if row.team_id})
    if leader.department is not None:
        around |= Q(department__path__startswith=leader.department.path)
    keepers = Staff.objects.keepers().filter(pk__in=Staff.objects.filter(around).values("pk"))
    there = keepers.exclude(pk__in=Absence.objects.on(timezone.localdate(now)).values("staff"))
    owners = {row.owner_id for row in rows}
    if len(owners) == 1:  # whose list it is has nothing to share with
        there = there.exclude(pk__in=owners)
    loaded = with_loads(there, reader=leader, at=now).order_by("open_number", "display_name", "pk")
    return list(loaded[:MOST_SHARERS])


def _said(got: dict[Staff, int]) -> str:
    """How many were shared out, and who got how many."""
    shares = " · ".join(f"{staff.name} {count}" for staff, count in got.items())
    number = sum(got.values())
    text = ngettext("%(count)d promise shared out: %(shares)s", "%(count)d promises shared out: %(shares)s", number)
    return text % {"count": number, "shares": shares}


def _explain(form: forms.Form, error: DomainError) -> None:
    form.add_error(error.field if error.field in form.fields else None, str(error))
