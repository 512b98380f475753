"""An act on a promise is asked for, done once, and answered."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from accounts.access import StaffRequest
from accounts.services.submissions import create_once, first_result, sending_of
from hospital_crm.lib import acts
from hospital_crm.lib.forms import OnceForm
from promises.models import Promise
from promises.querysets.promises import PromiseQuerySet
from promises.services.changes import PromiseAlreadyOver
from promises.services.history import out_of_hands

View = Callable[[StaffRequest, int], HttpResponse]

OUT_OF_HANDS = "promises/out_of_hands.html"
CHANGED = "promise-changed"  # lists that show promises listen to it


def once(view: View) -> View:
    """Sent twice, it answers as the first time."""

    @wraps(view)
    def answer(request: StaffRequest, pk: int) -> HttpResponse:
        page = reverse("promises:promise_detail", args=[pk])
        first = first_result(str(sending_of(request)), _kind(request))
        return acts.answer_again(request, first, done_url=page, trigger=CHANGED) or view(request, pk)

    return answer


def _kind(request: StaffRequest) -> str:
    """This act on this promise: of the form that was sent to its address."""
    return request.path


def promise_of(request: StaffRequest, pk: int) -> Promise:
    """The promise, with what the person may do about it, if the person may read it; else 404."""
    staff, today = request.user, timezone.localdate()
    readable = Promise.objects.readable_by(staff, today).with_people()
    promise: Promise = get_object_or_404(readable.with_rights_of(staff, today).with_hands_of(staff, today), pk=pk)
    return promise


def visible(request: StaffRequest) -> PromiseQuerySet:
    return Promise.objects.visible_to(request.user, timezone.localdate())


def page_of(promise: Promise) -> str:
    return reverse("promises:promise_detail", args=[promise.pk])


def ask(
    request: StaffRequest, promise: Promise, form: OnceForm, act: Callable[[], Promise], *, title: str, done: str
) -> HttpResponse:
    now, page = timezone.now(), page_of(promise)
    context = {"promise": promise, "region": f"act-{promise.pk}", "title": title, "now": now}
    if request.method != "POST" and not promise.is_open:
        return acts.answer_too_late(request, PromiseAlreadyOver(promise), url=page, trigger=CHANGED)
    if refused := out_of_hands(promise, request.user):
        return acts.answer_out_of_hands(
            request, refused, form=form, done_url=page, trigger=CHANGED, template=OUT_OF_HANDS, context=context
        )
    return acts.act_page(
        request,
        form=form,
        act=lambda: create_once(
            submission=sending_of(request), kind=_kind(request), create=act, actor=request.user.actor, at=now
        ),
        done=done,
        done_url=page,
        trigger=CHANGED,
        template="promises/promise_act.html",
        context=context,
    )


def act_at_once(request: StaffRequest, pk: int, service: Callable[..., Any], done: str) -> HttpResponse:
    promise = promise_of(request, pk)

    def act() -> None:
        if refused := out_of_hands(promise, request.user):
            raise refused
        service(promise=promise, staff=request.user, at=timezone.now())

    return acts.answer_act(
        request,
        act=act,
        done=done,
        done_url=page_of(promise),
        trigger=CHANGED,
    )
