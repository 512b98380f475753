"""Many promises to another owner, or over several, at once: for whoever leads."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import Capability, StaffRequest, needs
from accounts.models import Staff
from accounts.services.submissions import create_once, first_result, sending_of
from hospital_crm.lib.acts import answer_again
from hospital_crm.lib.errors import DomainError
from promises.forms import ReassignForm, SpreadForm
from promises.models import Promise
from promises.services.keepers import sharers_of
from promises.services.reassigning import reassign_promises
from promises.services.spreading import SPREAD, spread_once

from .ticked import CHOSEN, DRAFT, Draft, ask_again, draft_of, so_far, ticked_promises

REASSIGN = "promises.reassign"  # what a submission has done
MOST_SHARERS = 60


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Capability.REASSIGN_IN_BULK)
def promise_reassign(request: StaffRequest) -> HttpResponse:
    """What was ticked goes to the person or the team that was chosen; all of it, or nothing."""
    if again := _answer_again(request, REASSIGN):
        return again
    rows, are_all = ticked_promises(request)
    if not rows:
        return redirect("promises:promise_list")
    if request.method != "POST":
        draft = draft_of(request, rows)
        form = ReassignForm(**so_far(draft, is_complete=draft is not None and not _asks_to_whom(draft.sent)))
        return _page(request, "promises/promise_reassign.html", form, rows, draft)
    form = ReassignForm(request.POST)
    if not are_all or _asks_to_whom(request.POST) or not form.is_valid():
        return ask_again(request, rows)
    try:
        done = _reassign(request, form, rows)
    except DomainError as error:
        return ask_again(request, rows, error)
    text = ngettext("%(count)d promise reassigned", "%(count)d promises reassigned", done)
    return _done(request, text % {"count": done})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Capability.REASSIGN_IN_BULK)
def promise_spread(request: StaffRequest) -> HttpResponse:
    """Ask among whom; then what was ticked is shared out; all of it, or nothing."""
    if again := _answer_again(request, SPREAD):
        return again
    rows, are_all = ticked_promises(request)
    if not rows:
        return redirect("promises:promise_list")
    sharers = list(sharers_of(rows, leader=request.user, at=timezone.now())[:MOST_SHARERS])
    if request.method != "POST":
        draft = draft_of(request, rows)
        is_complete = draft is not None and CHOSEN in draft.sent
        form = SpreadForm(**so_far(draft, is_complete=is_complete), sharers=sharers)
        return _page(request, "promises/promise_spread.html", form, rows, draft)
    form = SpreadForm(request.POST, sharers=sharers)
    if not are_all or CHOSEN not in request.POST or not form.is_valid():
        return ask_again(request, rows)
    try:
        got = spread_once(
            submission=sending_of(request),
            promises=rows,
            among=form.cleaned_data["among"],
            reason=form.cleaned_data["reason"],
            actor=request.user.actor,
            at=timezone.now(),
        )
    except DomainError as error:
        return ask_again(request, rows, error)
    return _done(request, _said(got))


def _answer_again(request: StaffRequest, kind: str) -> HttpResponse | None:
    """To a second sending of the same ticks, whatever became of them since."""
    first = first_result(str(sending_of(request)), kind)
    return answer_again(request, first, done_url=reverse("promises:promise_list"), trigger="")


def _reassign(request: StaffRequest, form: ReassignForm, rows: list[Promise]) -> int:
    """However often the form is sent: back to whoever had them meanwhile, they would move once more."""
    chosen, actor, now = form.cleaned_data, request.user.actor, timezone.now()
    done = 0

    def reassign() -> Promise:
        nonlocal done
        owner, team, reason = chosen["owner"], chosen["team"], chosen["reason"]
        done = reassign_promises(promises=rows, owner=owner, team=team, reason=reason, actor=actor, at=now)
        return rows[0]

    create_once(submission=sending_of(request), kind=REASSIGN, create=reassign, actor=actor, at=now)
    return done


def _asks_to_whom(post: QueryDict) -> bool:
    """The list named nobody for what is ticked: that is asked on the next page, and nothing is wrong yet."""
    return CHOSEN not in post and not post.get("owner") and not post.get("team")


def _page(
    request: StaffRequest, template: str, form: forms.Form, rows: list[Promise], draft: Draft | None
) -> HttpResponse:
    if draft and draft.refusal:
        field, words = draft.refusal
        form.add_error(field if field in form.fields else None, words)
    return render(request, template, {"form": form, "rows": rows, "now": timezone.now()})


def _done(request: StaffRequest, text: str) -> HttpResponse:
    request.session.pop(DRAFT, None)
    messages.success(request, text)
    return redirect("promises:promise_list")


def _said(got: dict[Staff, int]) -> str:
    """How many were shared out, and who got how many."""
    shares = " · ".join(f"{staff.name} {count}" for staff, count in got.items())
    number = sum(got.values())
    text = ngettext("%(count)d promise shared out: %(shares)s", "%(count)d promises shared out: %(shares)s", number)
    return text % {"count": number, "shares": shares}
