"""What became of messages, in figures: every number opens the rows that it counts."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import Capability, StaffRequest, needs
from hospital_crm.lib.periods import PeriodForm
from messaging.reports.delivery import delivery_figures


@require_safe
@needs(Capability.SETTLE_OUTBOX)
def delivery(request: StaffRequest) -> HttpResponse:
    now = timezone.now()
    form = PeriodForm(request.GET or None, today=timezone.localdate(now))
    since, until = form.days()
    context = {
        "form": form,
        "figures": delivery_figures(staff=request.user, since=since, until=until, at=now),
    }
    return render(request, "messaging/delivery.html", context)
