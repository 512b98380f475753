"""The manager's page: every number opens the rows that it counts."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import Capability, StaffRequest, needs
from dashboards.forms import OWN, PERIODS, PeriodForm
from dashboards.reports import figures as report


@require_safe
@needs(Capability.SEE_FIGURES)
def promise_figures(request: StaffRequest) -> HttpResponse:
    now = timezone.now()
    form = PeriodForm(request.GET or None, today=timezone.localdate(now))
    since, until = form.days()
    context = {
        "form": form,
        "periods": _periods(form.period, since, until),
        "period": form.period,
        "figures": report.promise_figures(staff=request.user, since=since, until=until, at=now),
        "may_reassign": request.user.can(Capability.REASSIGN_IN_BULK),
        "now": now,
    }
    return render(request, "dashboards/promise_figures.html", context)


def _periods(current: str, since: date, until: date) -> list[dict[str, Any]]:
    """Days of one's own begin with those that are shown."""
    shown = {"since": since.isoformat(), "until": until.isoformat()}
    return [
        {
            "label": label,
            "url": f"?{urlencode({'period': code, **(shown if code == OWN else {})})}",
            "is_current": code == current,
        }
        for code, label in PERIODS
    ]
