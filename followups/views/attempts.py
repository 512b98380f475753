"""How a try to reach somebody ended."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Capability, StaffRequest, needs
from accounts.services.submissions import first_result, sending_of
from followups.forms import AttemptForm
from followups.models import Attempt
from followups.services.attempts import record_attempt
from hospital_crm.lib import acts
from hospital_crm.lib.moments import said
from messaging.models import ContactLog
from promises.models import Promise
from promises.services.changes import PromiseAlreadyOver
from promises.services.history import out_of_hands

OUT_OF_HANDS = "promises/out_of_hands.html"
CHANGED = "promise-changed"


@needs(Capability.SEE_PROMISES)
def attempt_create(request: StaffRequest, promise_pk: int) -> HttpResponse:
    page = reverse("promises:promise_detail", args=[promise_pk])
    first = first_result(str(sending_of(request)), Attempt._meta.label)
    if again := acts.answer_again(request, first, done_url=page, trigger=CHANGED):
        return again
    staff, today = request.user, timezone.localdate()
    readable = Promise.objects.readable_by(staff, today).with_people()
    promise = get_object_or_404(readable.with_hands_of(staff, today), pk=promise_pk)
    if request.method != "POST" and not promise.is_open:
        return acts.answer_too_late(request, PromiseAlreadyOver(promise), url=page, trigger=CHANGED)
    form = AttemptForm(request.POST or None, promise=promise, initial={"revision": promise.revision})
    region = f"act-{promise.pk}"
    context = {"promise": promise, "region": region, "title": _("Log the outcome"), "now": timezone.now()}
    if refused := out_of_hands(promise, staff):
        return acts.answer_out_of_hands(
            request, refused, form=form, done_url=page, trigger=CHANGED, template=OUT_OF_HANDS, context=context
        )
    logged: list[Attempt] = []
    return acts.act_page(
        request,
        form=form,
        act=lambda: logged.append(_log(request, promise, form)),
        done=lambda: _said(logged[-1]),
        done_url=page,
        trigger=CHANGED,
        template="followups/attempt_create.html",
        context=context,
    )


def _log(request: StaffRequest, promise: Promise, form: AttemptForm) -> Attempt:
    return record_attempt(
        promise=promise,
        outcome=Attempt.Outcome(form.cleaned_data["outcome"]),
        channel=ContactLog.Channel(form.cleaned_data["channel"]),
        phone=form.cleaned_data.get("phone"),
        note=form.cleaned_data["note"],
        next_at=form.cleaned_data["due_at"],
        revision=form.cleaned_data["revision"],
        submission=sending_of(request),
        actor=request.user.actor,
        at=timezone.now(),
    )


def _said(attempt: Attempt) -> str:
    """What was logged, and what comes next: nobody has to open the promise to learn it."""
    if attempt.next_at is not None:
        return _("Logged. Next try: %(time)s") % {"time": said(attempt.next_at, timezone.now())}
    if attempt.outcome == Attempt.Outcome.REACHED:
        return _("Logged")
    return _("Logged. There is no further try: the promise is closed.")
