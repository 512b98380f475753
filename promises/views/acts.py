"""What can be done to a promise: from its page, or from a row, which then changes in place."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import Capability, StaffRequest, needs
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.forms import kept_as
from hospital_crm.lib.htmx import render_part
from promises.forms import HandOverForm, KeepForm, PostponeForm, ReasonForm
from promises.models import Promise
from promises.services import ownership, promises

CHANGED = {"HX-Trigger": "promise-changed"}  # lists that show promises listen to it


@needs(Capability.SEE_PROMISES)
def promise_keep(request: StaffRequest, pk: int) -> HttpResponse:
    promise = promise_of(request, pk)
    form = KeepForm(request.POST or None)

    def act() -> Promise:
        note = form.cleaned_data["note"]
        return promises.keep_promise(promise=promise, note=note, actor=request.user.actor, at=timezone.now())

    return act_page(request, promise, form, act, title=_("Done"), done=_("Kept"))


@needs(Capability.SEE_PROMISES)
def promise_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    promise = promise_of(request, pk)
    form = ReasonForm(request.POST or None)

    def act() -> Promise:
        reason = form.cleaned_data["reason"]
        return promises.withdraw_promise(promise=promise, reason=reason, actor=request.user.actor, at=timezone.now())

    return act_page(request, promise, form, act, title=_("Withdraw"), done=_("Withdrawn"))


@needs(Capability.SEE_PROMISES)
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

    return act_page(request, promise, form, act, title=_("Postpone"), done=_("Postponed"))


@needs(Capability.SEE_PROMISES)
def promise_hand_over(request: StaffRequest, pk: int) -> HttpResponse:
    promise = promise_of(request, pk)
    form = HandOverForm(request.POST or None, without=promise.owner_id, initial={"revision": promise.revision})

    def act() -> Promise:
        return ownership.hand_over_promise(
            promise=_as_read(promise, form),
            to=form.cleaned_data["to"],
            reason=form.cleaned_data["reason"],
            actor=request.user.actor,
            at=timezone.now(),
        )

    return act_page(request, promise, form, act, title=_("Pass on"), done=_("Passed on"))


@require_POST
@needs(Capability.SEE_PROMISES)
def promise_take(request: StaffRequest, pk: int) -> HttpResponse:
    return _answer(request, pk, ownership.take_promise, _("It is yours now"))


@require_POST
@needs(Capability.SEE_PROMISES)
def promise_accept(request: StaffRequest, pk: int) -> HttpResponse:
    return _answer(request, pk, ownership.accept_promise, _("It is yours now"))


@require_POST
@needs(Capability.SEE_PROMISES)
def promise_decline(request: StaffRequest, pk: int) -> HttpResponse:
    return _answer(request, pk, ownership.decline_promise, _("Not accepted"))


def promise_of(request: StaffRequest, pk: int) -> Promise:
    """The promise, if the person may see it; else 404."""
    visible = Promise.objects.visible_to(request.user, timezone.localdate())
    promise: Promise = get_object_or_404(visible.with_people(), pk=pk)
    return promise


def act_page(
    request: StaffRequest,
    promise: Promise,
    form: forms.Form,
    act: Callable[[], Any],
    *,
    title: str,
    done: str,
) -> HttpResponse:
    """Ask what the act needs to know; act; go back to where the person came from."""
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, done)
            return after_act(request, promise)
    context = {
        "promise": promise,
        "form": form,
        "title": title,
        "next": _next_url(request, promise),
        "now": timezone.now(),
        "keep": kept_as(request),
    }
    return render_part(request, "promises/promise_act.html", f"act-{promise.pk}", context)


def after_act(request: StaffRequest, promise: Promise) -> HttpResponse:
    """The row's list renews itself; without script, back to the page of before."""
    if getattr(request, "htmx", None):
        return HttpResponse(status=204, headers=CHANGED)
    return redirect(_next_url(request, promise))


def _answer(request: StaffRequest, pk: int, service: Callable[..., Promise], done: str) -> HttpResponse:
    """An act that needs no more than its button."""
    promise = promise_of(request, pk)
    try:
        service(promise=promise, staff=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return after_act(request, promise)


def _as_read(promise: Promise, form: forms.Form) -> Promise:
    """As it stood when the form was opened: whoever changed it since wins."""
    promise.revision = form.cleaned_data["revision"]
    return promise


def _next_url(request: StaffRequest, promise: Promise) -> str:
    wanted = request.POST.get("next") or request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours else reverse("promises:promise_detail", args=[promise.pk])
