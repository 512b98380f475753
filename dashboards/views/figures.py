"""The manager's page: every number opens the rows that it counts."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import Capability, StaffRequest, needs
from dashboards.reports import figures as report
from hospital_crm.lib.periods import PeriodForm


@require_safe
@needs(Capability.SEE_FIGURES)
def promise_figures(request: StaffRequest) -> HttpResponse:
    now = timezone.now()
    form = PeriodForm(request.GET or None, today=timezone.localdate(now))
    since, until = form.days()
    context = {
        "form": form,
        "periods": form.chips,
        "period": form.period,
        "figures": report.promise_figures(staff=request.user, since=since, until=until, at=now),
        "may_reassign": request.user.can(Capability.REASSIGN_IN_BULK),
        "now": now,
    }
    return render(request, "dashboards/promise_figures.html", context)
