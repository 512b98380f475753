"""The number behind a promise: for whoever owes it, and each look is recorded."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.access import Capability, StaffRequest, needs
from hospital_crm.lib.acts import answer_too_late, next_url
from promises.models import Promise
from promises.services.changes import PromiseAlreadyOver
from promises.views.acts import CHANGED

TEMPLATE = "promises/promise_dial.html"


@require_safe
@needs(Capability.SEE_PROMISES)
def promise_dial(request: StaffRequest, pk: int) -> HttpResponse:
    """The numbers in clear, ready to be dialled; 404 for whoever does not owe the promise.

    What was settled meanwhile leads to its page, which says by whom.
    """
    now = timezone.now()
    held = Promise.objects.dialled_by(request.user, timezone.localdate(now))
    promise = held.with_people().filter(pk=pk).first()
    if promise is None:
        over = get_object_or_404(Promise.objects.readable_by(request.user, timezone.localdate(now)).over(), pk=pk)
        page = reverse("promises:promise_detail", args=[pk])
        return answer_too_late(request, PromiseAlreadyOver(over), url=page, trigger=CHANGED)
    audit.record_look(actor=request.user.actor, verb="promise.dialled", subject=promise, at=now)
    patient = promise.patient
    context = {
        "promise": promise,
        "phones": patient.phones.primary_first() if patient is not None else [],
        "next": next_url(request, ""),
    }
    return render(request, f"{TEMPLATE}#act" if getattr(request, "htmx", None) else TEMPLATE, context)
