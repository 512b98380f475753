"""What can be done to a promise: from its page, or from a row, which then changes in place."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Capability, StaffRequest, needs, post_only
from accounts.services.submissions import create_once, first_result, sending_of
from hospital_crm.lib import acts
from hospital_crm.lib.forms import OnceForm
from promises.forms import HandOverForm, KeepForm, PostponeForm, WithdrawForm
from promises.models import Promise
from promises.querysets import PromiseQuerySet
from promises.services import ownership, promises
from promises.services.changes import PromiseAlreadyOver
from promises.services.history import out_of_hands
from promises.services.releasing import pass_on_promise

View = Callable[[StaffRequest, int], HttpResponse]

OUT_OF_HANDS = "promises/out_of_hands.html"
CHANGED = "promise-changed"  # lists that show promises listen to it


def _once(view: View) -> View:
    """Sent twice, it answers as the first time."""

    @wraps(view)
    def answer(request: StaffRequest, pk: int) -> HttpResponse:
        page = reverse("promises:promise_detail", args=[pk])
        first = first_result(str(sending_of(request)), _kind(request))
        return acts.answer_again(request, first, done_url=page, trigger=CHANGED) or view(request, pk)

    return answer


@needs(Capability.SEE_PROMISES)
@_once
def promise_keep(request: StaffRequest, pk: int) -> HttpResponse:
    promise = _promise_of(request, pk)
    form = KeepForm(request.POST or None)

    def act() -> Promise:
        note = form.cleaned_data["note"]
        return promises.keep_promise(promise=promise, note=note, actor=request.user.actor, at=timezone.now())

    return _ask(request, promise, form, act, title=_("Done"), done=_("Promise kept"))


@needs(Capability.SEE_PROMISES)
@_once
def promise_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    promise = _promise_of(request, pk)
    form = WithdrawForm(request.POST or None, initial={"revision": promise.revision})

    def act() -> Promise:
        read, reason = _as_read(promise, form), form.cleaned_data["reason"]
        return promises.withdraw_promise(promise=read, reason=reason, actor=request.user.actor, at=timezone.now())

    return _ask(request, promise, form, act, title=_("Withdraw"), done=_("Withdrawn"))


@needs(Capability.SEE_PROMISES)
@_once
def promise_postpone(request: StaffRequest, pk: int) -> HttpResponse:
    promise = _promise_of(request, pk)
    form = PostponeForm(request.POST or None, initial={"revision": promise.revision})

    def act() -> Promise:
        return promises.postpone_promise(
            promise=_as_read(promise, form),
            due_at=form.cleaned_data["due_at"],
            reason=form.cleaned_data["reason"],
            actor=request.user.actor,
            at=timezone.now(),
        )

    return _ask(request, promise, form, act, title=_("Postpone"), done=_("Promise postponed"))


@needs(Capability.SEE_PROMISES)
@_once
def promise_hand_over(request: StaffRequest, pk: int) -> HttpResponse:
    promise = _promise_of(request, pk)
    form = HandOverForm(
        request.POST or None,
        promise=promise,
        giver=request.user,
        may_release=bool(vars(promise)["may_release"]),
        initial={"revision": promise.revision},
    )

    def act() -> Promise:
        chosen = form.cleaned_data
        return pass_on_promise(
            promise=_as_read(promise, form),
            to=chosen["to"],
            team=chosen.get("team"),
            reason=chosen["reason"],
            staff=request.user,
            at=timezone.now(),
        )

    answer = _ask(request, promise, form, act, title=_("Pass on"), done=_("Passed on"))
    if answer.headers.get("Location") == _page_of(promise) and not _visible(request).filter(pk=promise.pk).exists():
        return redirect("promises:promise_list")  # a team has it now that the person is not on
    return answer


@post_only
@needs(Capability.SEE_PROMISES)
def promise_take(request: StaffRequest, pk: int) -> HttpResponse:
    return _answer(request, pk, ownership.take_promise, _("It is yours now"))


@post_only
@needs(Capability.SEE_PROMISES)
def promise_accept(request: StaffRequest, pk: int) -> HttpResponse:
    return _answer(request, pk, ownership.accept_promise, _("It is yours now"))


@post_only
@needs(Capability.SEE_PROMISES)
def promise_decline(request: StaffRequest, pk: int) -> HttpResponse:
    return _answer(request, pk, ownership.decline_promise, _("Not accepted"))


def _kind(request: StaffRequest) -> str:
    """This act on this promise: of the form that was sent to its address."""
    return request.path


def _promise_of(request: StaffRequest, pk: int) -> Promise:
    """The promise, with what the person may do about it, if the person may read it; else 404."""
    staff, today = request.user, timezone.localdate()
    readable = Promise.objects.readable_by(staff, today).with_people()
    promise: Promise = get_object_or_404(readable.with_rights_of(staff, today).with_hands_of(staff, today), pk=pk)
    return promise


def _visible(request: StaffRequest) -> PromiseQuerySet:
    return Promise.objects.visible_to(request.user, timezone.localdate())


def _page_of(promise: Promise) -> str:
    return reverse("promises:promise_detail", args=[promise.pk])


def _ask(
    request: StaffRequest, promise: Promise, form: OnceForm, act: Callable[[], Promise], *, title: str, done: str
) -> HttpResponse:
    now, page = timezone.now(), _page_of(promise)
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


def _answer(request: StaffRequest, pk: int, service: Callable[..., Any], done: str) -> HttpResponse:
    promise = _promise_of(request, pk)

    def act() -> None:
        if refused := out_of_hands(promise, request.user):
            raise refused
        service(promise=promise, staff=request.user, at=timezone.now())

    return acts.answer_act(
        request,
        act=act,
        done=done,
        done_url=_page_of(promise),
        trigger=CHANGED,
    )


def _as_read(promise: Promise, form: OnceForm) -> Promise:
    """As it stood when the form was opened: whoever changed it since wins."""
    if form.cleaned_data["revision"] is not None:
        promise.revision = form.cleaned_data["revision"]
    return promise
