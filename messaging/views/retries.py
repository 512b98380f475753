"""Several messages of the outbox are tried again at once."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import Capability, StaffRequest, needs, post_only
from hospital_crm.lib.acts import next_url
from hospital_crm.lib.keys import is_key
from messaging.models import Message
from messaging.querysets.measures import NOT_READY
from messaging.services.settling import MOST, Retried, retry_messages


@post_only
@needs(Capability.SETTLE_OUTBOX)
def messages_retry(request: StaffRequest) -> HttpResponse:
    """What is ticked; or all that the list shows of what a set-up was missing for."""
    visible = Message.objects.visible_to(request.user)
    if request.POST.get("which") == NOT_READY:
        found = visible.not_ready()
    else:
        found = visible.filter(pk__in=[int(key) for key in request.POST.getlist("message")[:MOST] if is_key(key)])
    done = retry_messages(messages=found, actor=request.user.actor, at=timezone.now())
    _tell_retried(request, done)
    return redirect(next_url(request, reverse("messaging:outbox")))


def _tell_retried(request: StaffRequest, done: Retried) -> None:
    if done == (0, 0):
        messages.error(request, _("Tick at least one message."))
    if done.again:
        words = ngettext(
            "%(number)s message waits for its turn.", "%(number)s messages wait for their turn.", done.again
        )
        asked_again = _("Before they go, consent, opt-outs, holds and hours are asked again.")
        messages.success(request, f"{words % {'number': done.again}} {asked_again}")
    if done.left:
        words = ngettext(
            "%(number)s message has moved on, or its time has passed: it is not sent any more.",
            "%(number)s messages have moved on, or their time has passed: they are not sent any more.",
            done.left,
        )
        messages.warning(request, words % {"number": done.left})
