"""What can be done to a promise: from its page, or from a row, which then changes in place."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Capability, StaffRequest, needs, post_only
from hospital_crm.lib.forms import OnceForm
from promises.forms import HandOverForm, KeepForm, PostponeForm, WithdrawForm
from promises.models import Promise
from promises.services import closing, handing_over, ownership, promises
from promises.services.releasing import pass_on_promise
from promises.services.texts import as_read

from .answers import act_at_once, ask, once, page_of, promise_of, visible


@needs(Capability.SEE_PROMISES)
@once
def promise_keep(request: StaffRequest, pk: int) -> HttpResponse:
    promise = promise_of(request, pk)
    form = KeepForm(request.POST or None, initial={"revision": promise.revision})

    def act() -> Promise:
        read, note = _as_read(promise, form), form.cleaned_data["note"]
        return closing.keep_promise(promise=read, note=note, actor=request.user.actor, at=timezone.now())

    return ask(request, promise, form, act, title=_("Done"), done=_("Promise kept"))


@needs(Capability.SEE_PROMISES)
@once
def promise_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    promise = promise_of(request, pk)
    form = WithdrawForm(request.POST or None, initial={"revision": promise.revision})

    def act() -> Promise:
        read, reason = _as_read(promise, form), form.cleaned_data["reason"]
        return closing.withdraw_promise(promise=read, reason=reason, actor=request.user.actor, at=timezone.now())

    return ask(request, promise, form, act, title=_("Withdraw"), done=_("Withdrawn"))


@needs(Capability.SEE_PROMISES)
@once
def promise_postpone(request: StaffRequest, pk: int) -> HttpResponse:
    promise = promise_of(request, pk)
    form = PostponeForm(request.POST or None, initial={"revision": promise.revision})

    def act() -> Promise:
        return promises.postpone_promise(
            promise=_as_read(promise, form),
            due_at=form.cleaned_data["due_at"],
            reason=form.cleaned_data["reason"],
            actor=request.user.actor,
            at=timezone.now(),
        )

    return ask(request, promise, form, act, title=_("Postpone"), done=_("Promise postponed"))


@needs(Capability.SEE_PROMISES)
@once
def promise_hand_over(request: StaffRequest, pk: int) -> HttpResponse:
    promise = promise_of(request, pk)
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

    answer = ask(request, promise, form, act, title=_("Pass on"), done=_("Passed on"))
    if answer.headers.get("Location") == page_of(promise) and not visible(request).filter(pk=promise.pk).exists():
        return redirect("promises:promise_list")  # a team has it now that the person is not on
    return answer


@post_only
@needs(Capability.SEE_PROMISES)
def promise_take(request: StaffRequest, pk: int) -> HttpResponse:
    return act_at_once(request, pk, ownership.take_promise, _("It is yours now"))


@post_only
@needs(Capability.SEE_PROMISES)
def promise_accept(request: StaffRequest, pk: int) -> HttpResponse:
    return act_at_once(request, pk, handing_over.accept_promise, _("It is yours now"))


@post_only
@needs(Capability.SEE_PROMISES)
def promise_decline(request: StaffRequest, pk: int) -> HttpResponse:
    return act_at_once(request, pk, handing_over.decline_promise, _("Not accepted"))


def _as_read(promise: Promise, form: OnceForm) -> Promise:
    """As it stood when the form was opened."""
    return as_read(promise, form.cleaned_data["revision"])
