"""The number behind a promise: for whoever owes it, and each look is recorded."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.access import Capability, StaffRequest, needs
from hospital_crm.lib.acts import answer_too_late, next_url
from messaging.services.before_calls import besides_death
from promises.models import Promise
from promises.services.changes import PromiseAlreadyOver
from promises.services.dialling import dialling_of
from promises.services.history import out_of_hands
from promises.services.texts import texts_of
from promises.views.answers import CHANGED

TEMPLATE = "promises/promise_dial.html"


@require_safe
@needs(Capability.SEE_PROMISES)
def promise_dial(request: StaffRequest, pk: int) -> HttpResponse:
    """The numbers in clear, ready to be dialled; 404 for whoever does not owe the promise.

    What was settled meanwhile, or has gone to somebody else, leads to its page, which says by whom.
    """
    now = timezone.now()
    held = Promise.objects.dialled_by(request.user, timezone.localdate(now))
    promise = held.with_people().filter(pk=pk).first()
    if promise is None:
        return _answer_too_late(request, pk)
    audit.record_look(actor=request.user.actor, verb="promise.dialled", subject=promise, at=now)
    dialling = dialling_of(promise, at=now)
    context = {
        "promise": promise,
        "numbers": dialling.numbers,
        "doubts": besides_death(dialling.doubts),
        "texts": texts_of(promise),
        "now": now,
        "next": next_url(request, ""),
    }
    return render(request, f"{TEMPLATE}#act" if getattr(request, "htmx", None) else TEMPLATE, context)


def _answer_too_late(request: StaffRequest, pk: int) -> HttpResponse:
    staff, today = request.user, timezone.localdate()
    readable = Promise.objects.readable_by(staff, today).with_hands_of(staff, today)
    promise = get_object_or_404(readable.select_related("ended_by__staff"), pk=pk)
    why = out_of_hands(promise, staff) if promise.is_open else PromiseAlreadyOver(promise)
    if why is None:
        raise Http404
    page = reverse("promises:promise_detail", args=[pk])
    return answer_too_late(request, why, url=page, trigger=CHANGED)
