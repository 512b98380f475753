"""The outbox: what was said or is to be said, and what somebody must decide about it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.access import Capability, StaffRequest, needs, post_only
from accounts.services.list_views import views_of
from accounts.services.saved_views import offer_list
from hospital_crm.lib.conditions import conditions_of
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.htmx import render_part
from hospital_crm.lib.paging import capped_count, page_of
from jobs.pages import offered
from messaging.filters import MessageFilter
from messaging.models import Message, Provider
from messaging.querysets import NEEDS_SOMEBODY
from messaging.querysets.measures import NOT_READY
from messaging.services import settling
from messaging.services.readiness import withheld_for_want
from messaging.services.readings import readable_among, recipient_of
from messaging.services.settling import Outcome
from messaging.services.trials import send_trial
from messaging.services.words import texts_of
from patients.services.looks import record_question

State = Message.State
LIST = "messaging:outbox"
OPEN_FIELDS = ("q", "state", "channel")  # those that stand on the page; the rest is behind a button
ASKED_AGAIN = gettext_lazy("It waits for its turn. Before it goes, consent, opt-outs, holds and hours are asked again.")
offer_list(LIST, gettext_lazy("Outbox"))


@dataclass(frozen=True)
class Act:
    label: str
    url: str
    outcome: str = ""


@dataclass(frozen=True)
class Row:
    """A message as this reader may see it."""

    message: Message
    is_readable: bool
    to_whom: str
    said: str = ""  # to a patient, as it reads there
    acts: list[Act] = field(default_factory=list)
    goes_again: bool = False  # it can be ticked

    @property
    def provider_name(self) -> str:
        """Who has it, in the reader's language; "" of what no provider takes."""
        code = self.message.provider
        return str(Provider(code).label) if code in Provider.values else code


@require_safe
@needs(Capability.SETTLE_OUTBOX)
def outbox(request: StaffRequest) -> HttpResponse:
    views = views_of(request.user, LIST, request.GET)
    if not request.GET and views.first_url:
        return redirect(views.first_url)
    visible, now = Message.objects.visible_to(request.user), timezone.now()
    record_question(request.GET.get("q", ""), actor=request.user.actor, at=now)
    found = MessageFilter(request.GET, queryset=visible.with_all_shown(), request=request)
    page = page_of(found.qs, request, ordering=("-send_at", "-pk"))
    rows = _rows(request, page.rows)
    context = {
        "filter": found,
        "open_fields": OPEN_FIELDS,
        "conditions": conditions_of(found, without=views.without, besides=OPEN_FIELDS),
        "page": page,
        "rows": rows,
        "can_retry": any(row.goes_again for row in rows),
        "shows_not_ready": request.GET.get("state") == NOT_READY,
        "here": request.get_full_path(),
        "count": capped_count(found.qs),
        "views": views,
        "waiting": capped_count(visible.for_a_person()),
        "waiting_url": f"{reverse('messaging:outbox')}?state={NEEDS_SOMEBODY}",
        "not_ready": withheld_for_want(visible, today=timezone.localdate(now)),
        "export": offered(request, found),
        "is_narrowed": any(request.GET.get(name) for name in found.filters),
        "may_try": request.user.can(Capability.MANAGE_SETTINGS),
        "now": now,
    }
    return render_part(request, "messaging/outbox.html", "rows", context)


@post_only
@needs(Capability.SETTLE_OUTBOX)
def message_retry(request: StaffRequest, pk: int) -> HttpResponse:
    return _act(request, pk, settling.retry_message)


@post_only
@needs(Capability.SETTLE_OUTBOX)
def message_settle(request: StaffRequest, pk: int) -> HttpResponse:
    outcome = request.POST.get("outcome", "")
    if outcome not in Outcome.values:
        return redirect("messaging:outbox")
    return _act(request, pk, settling.settle_message, outcome=Outcome(outcome))


@post_only
@needs(Capability.SETTLE_OUTBOX)
def message_cancel(request: StaffRequest, pk: int) -> HttpResponse:
    return _act(request, pk, settling.cancel_message)


@post_only
@needs(Capability.MANAGE_SETTINGS)
def trial(request: StaffRequest) -> HttpResponse:
    send_trial(staff=request.user, at=timezone.now())
    messages.success(request, _("On its way to you"))
    return redirect("messaging:outbox")


def _act(request: StaffRequest, pk: int, service: Callable[..., Message], **values: Any) -> HttpResponse:
    """The service, then the row as it stands now."""
    visible = Message.objects.visible_to(request.user).with_all_shown()
    message = get_object_or_404(visible, pk=pk)
    tell = messages.info
    try:
        done = service(message=message, actor=request.user.actor, at=timezone.now(), **values)
        words = str(ASKED_AGAIN) if done.state == State.QUEUED and done.staff_id is None else ""
    except DomainError as error:
        tell, words = messages.error, str(error)
    if not getattr(request, "htmx", None):
        if words:
            tell(request, words)
        return redirect("messaging:outbox")
    (row,) = _rows(request, [visible.get(pk=pk)])
    response = render(request, "messaging/outbox.html#row", {"row": row, "now": timezone.now()})
    if words:
        response["HX-Trigger"] = json.dumps({"toast": words})
    return response


def _rows(request: StaffRequest, found: Sequence[Message]) -> list[Row]:
    reader, now = request.user, timezone.now()
    readable = readable_among(found, reader=reader)
    said = texts_of([message for message in found if message.pk in readable])
    return [
        Row(
            message,
            message.pk in readable,
            recipient_of(message, is_readable=message.pk in readable, reader=reader),
            said.get(message.pk, ""),
            _acts(message, now),
            message.is_to_retry and message.may_go_again(now),
        )
        for message in found
    ]


def _acts(message: Message, now: datetime) -> list[Act]:
    goes_again = message.may_go_again(now)
    cancel = Act(_("Cancel"), reverse("messaging:message_cancel", args=[message.pk]))
    if message.is_open:
        return [cancel]
    if message.is_to_retry:
        retry = Act(_("Try again"), reverse("messaging:message_retry", args=[message.pk]))
        leave = [cancel] if message.state == State.FAILED else []  # what was withheld is left already
        return [retry, *leave] if goes_again else leave
    if message.state == State.UNKNOWN:
        url = reverse("messaging:message_settle", args=[message.pk])
        offered = [outcome for outcome in Outcome if outcome != Outcome.AGAIN or goes_again]
        return [Act(str(outcome.label), url, outcome.value) for outcome in offered]
    return []
