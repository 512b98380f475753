"""How messages leave the house: the accounts at providers, for the administrator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import Capability, StaffRequest, needs, polled, post_only
from accounts.services import shown_once
from hospital_crm.lib.conflict import resolved
from hospital_crm.lib.errors import DomainError, StaleVersion
from hospital_crm.lib.forms import create_page, edit_page, kept_as
from messaging.forms import GroupForm, TrialForm, form_for
from messaging.models import Channel, GatewaySetup, Provider
from messaging.services import setups
from messaging.services.channel_trials import NoTrialTemplate, send_channel_trial, trials_of
from messaging.services.gateways.set_up import CALL_BACK_TOKEN, gateway_of
from messaging.services.readiness import unknown_words, withheld_from_anybody

if TYPE_CHECKING:
    from collections.abc import Callable

    from messaging.forms import SetupForm

SHOWN_TRIALS = 5
CALLED_BY_TOKEN = (Provider.ALIYUN, Provider.TENCENT)


@require_safe
@needs(Capability.MANAGE_SETTINGS)
def channel_list(request: StaffRequest) -> HttpResponse:
    now = timezone.now()
    rows = [(setup, gateway_of(setup).is_set_up) for setup in GatewaySetup.objects.in_order()]
    context = {
        "rows": rows,
        "takes_sms": any(setup.channel == Channel.SMS and setup.is_active and complete for setup, complete in rows),
        "not_ready": withheld_from_anybody(reader=request.user, today=timezone.localdate(now)),
        "now": now,
    }
    return render(request, "messaging/channel_list.html", context)


@needs(Capability.MANAGE_SETTINGS)
def channel_edit(request: StaffRequest, pk: int) -> HttpResponse:
    setup = get_object_or_404(GatewaySetup.objects.select_related("department"), pk=pk)
    form = form_for(setup)(resolved(request.POST) or None, instance=setup)

    def save() -> GatewaySetup:
        try:
            return setups.change_setup(
                setup=get_object_or_404(GatewaySetup, pk=pk),
                version=form.version,
                values=form.values,
                keys=form.typed_keys,
                actor=request.user.actor,
                at=timezone.now(),
            )
        except StaleVersion:
            _leave_out_keys(request, form)
            raise

    return edit_page(
        request,
        form=form,
        save=save,
        done_url=reverse("messaging:channel_edit", args=[pk]),
        template="messaging/channel_edit.html",
        context=_context(setup, TrialForm(setup=setup)),
    )


def _leave_out_keys(request: StaffRequest, form: SetupForm) -> None:
    if form.typed_keys:
        messages.warning(request, _("Keys that you typed were not stored. Type them again afterwards."))
    form.leave_out_keys()


@needs(Capability.MANAGE_SETTINGS)
def group_create(request: StaffRequest) -> HttpResponse:
    form = GroupForm(request.POST or None)

    def create() -> GatewaySetup:
        return setups.add_group(
            department=form.cleaned_data["department"],
            actor=request.user.actor,
            at=timezone.now(),
            submission=form.submission,
        )

    return create_page(
        request,
        form=form,
        create=create,
        done_url=lambda pk: reverse("messaging:channel_edit", args=[pk]),
        template="messaging/group_create.html",
        context={},
    )


@post_only
@needs(Capability.MANAGE_SETTINGS)
def channel_use(request: StaffRequest, pk: int) -> HttpResponse:
    return _switch(request, pk, setups.use_setup, _("Messages go this way from now on"))


@post_only
@needs(Capability.MANAGE_SETTINGS)
def channel_stop(request: StaffRequest, pk: int) -> HttpResponse:
    return _switch(request, pk, setups.stop_setup, _("Nothing goes this way any more"))


def _switch(request: StaffRequest, pk: int, service: Callable[..., GatewaySetup], done: str) -> HttpResponse:
    setup = get_object_or_404(GatewaySetup, pk=pk)
    try:
        service(setup=setup, actor=request.user.actor, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect("messaging:channel_edit", pk=pk)


@post_only
@needs(Capability.MANAGE_SETTINGS)
def channel_address(request: StaffRequest, pk: int) -> HttpResponse:
    """Makes a new secret address for the provider's call-backs; the earlier one ends."""
    setup = get_object_or_404(GatewaySetup, pk=pk, provider__in=CALLED_BY_TOKEN)
    token = setups.renew_call_back_token(setup=setup, actor=request.user.actor, at=timezone.now())
    shown_once.keep(request, token, about=f"call-backs {pk}")
    return redirect("messaging:channel_address_shown", pk=pk)


@require_safe
@needs(Capability.MANAGE_SETTINGS)
def channel_address_shown(request: StaffRequest, pk: int) -> HttpResponse:
    setup = get_object_or_404(GatewaySetup, pk=pk, provider__in=CALLED_BY_TOKEN)
    token = shown_once.kept(request, about=f"call-backs {pk}")
    if not token:
        messages.info(request, _("The addresses are no longer shown. Make new ones if they are lost."))
        return redirect("messaging:channel_edit", pk=pk)
    receipts, replies = (
        settings.BASE_URL + reverse(f"messaging:call_back_{what}", args=[setup.provider, token])
        for what in ("receipts", "replies")
    )
    context = {"setup": setup, "receipts": receipts, "replies": replies, "minutes": shown_once.SHOWN_MINUTES}
    return render(request, "messaging/channel_address_shown.html", context)


@post_only
@needs(Capability.MANAGE_SETTINGS)
def channel_trial(request: StaffRequest, pk: int) -> HttpResponse:
    """Sends a test; what is wrong with its address stands beside it."""
    setup = get_object_or_404(GatewaySetup.objects.select_related("department"), pk=pk)
    trial = TrialForm(request.POST, setup=setup)
    if trial.is_valid():
        try:
            send_channel_trial(setup=setup, address=trial.address, staff=request.user, at=timezone.now())
        except NoTrialTemplate as error:
            trial.add_error(error.field, str(error))
        except DomainError as error:
            messages.error(request, str(error))
    if trial.is_valid():
        return redirect(f"{reverse('messaging:channel_edit', args=[pk])}#trials")
    # What is typed above it, and not saved yet, is of the account's own page.
    keep = kept_as(request, reverse("messaging:channel_edit", args=[pk]))
    context = _context(setup, trial) | {"form": form_for(setup)(instance=setup), "keep": keep}
    return render(request, "messaging/channel_edit.html", context)


@require_safe
@polled
@needs(Capability.MANAGE_SETTINGS)
def channel_trials(request: StaffRequest, pk: int) -> HttpResponse:
    """What became of the newest tests; asked for while one of them is on its way."""
    setup = get_object_or_404(GatewaySetup, pk=pk)
    return render(request, "messaging/channel_edit.html#trials", _trials(setup))


def _context(setup: GatewaySetup, trial: TrialForm) -> dict[str, Any]:
    return {
        "setup": setup,
        "trial": trial,
        "is_complete": gateway_of(setup).is_set_up,
        "unknown": list(unknown_words(setup)),
        "is_called_by_token": setup.provider in CALLED_BY_TOKEN,
        "has_address": setup.has_secret(CALL_BACK_TOKEN),
        "wechat_url": settings.BASE_URL + reverse("messaging:call_back_wechat")
        if setup.provider == Provider.WECHAT
        else "",
        **_trials(setup),
    }


def _trials(setup: GatewaySetup) -> dict[str, Any]:
    found = list(trials_of(setup)[:SHOWN_TRIALS])
    return {
        "setup": setup,
        "trials": found,
        "is_on_its_way": any(_is_moving(each.state) for each in found),
        "now": timezone.now(),
    }


def _is_moving(state: str) -> bool:
    return state in ("queued", "claimed", "handed_over")
