"""Many promises to another owner, or over several, at once: for whoever leads."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import Capability, StaffRequest, needs
from accounts.models import Staff
from accounts.services.submissions import create_once, first_result, sending_of
from hospital_crm.lib.acts import answer_again
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.keys import is_key
from promises.forms import ReassignForm, SpreadForm
from promises.models import Promise
from promises.services.keepers import sharers_of
from promises.services.ownership import GivenBefore, gone, reassign_promises
from promises.services.spreading import SPREAD, spread_once

REASSIGN = "promises.reassign"  # what a submission has done
MOST = 500
MOST_SHARERS = 60
TICKED, CHOSEN = "promise", "is_chosen"  # names in the forms
NOT_TYPED = ("csrfmiddlewaretoken", TICKED)
DRAFT = "bulk"  # in the session


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Capability.REASSIGN_IN_BULK)
def promise_reassign(request: StaffRequest) -> HttpResponse:
    """What was ticked goes to the person or the team that was chosen; all of it, or nothing."""
    if again := _answer_again(request, REASSIGN):
        return again
    rows, are_all = _ticked(request)
    if not rows:
        return redirect("promises:promise_list")
    if request.method != "POST":
        draft = _draft(request, rows)
        form = ReassignForm(**_so_far(draft, is_complete=draft is not None and not _asks_to_whom(draft.sent)))
        return _page(request, "promises/promise_reassign.html", form, rows, draft)
    form = ReassignForm(request.POST)
    if not are_all or _asks_to_whom(request.POST) or not form.is_valid():
        return _ask_again(request, rows)
    try:
        done = _reassign(request, form, rows)
    except DomainError as error:
        return _ask_again(request, rows, error)
    text = ngettext("%(count)d promise reassigned", "%(count)d promises reassigned", done)
    return _done(request, text % {"count": done})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Capability.REASSIGN_IN_BULK)
def promise_spread(request: StaffRequest) -> HttpResponse:
    """Ask among whom; then what was ticked is shared out; all of it, or nothing."""
    if again := _answer_again(request, SPREAD):
        return again
    rows, are_all = _ticked(request)
    if not rows:
        return redirect("promises:promise_list")
    sharers = list(sharers_of(rows, leader=request.user, at=timezone.now())[:MOST_SHARERS])
    if request.method != "POST":
        draft = _draft(request, rows)
        is_complete = draft is not None and CHOSEN in draft.sent
        form = SpreadForm(**_so_far(draft, is_complete=is_complete), sharers=sharers)
        return _page(request, "promises/promise_spread.html", form, rows, draft)
    form = SpreadForm(request.POST, sharers=sharers)
    if not are_all or CHOSEN not in request.POST or not form.is_valid():
        return _ask_again(request, rows)
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
        return _ask_again(request, rows, error)
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


@dataclass(frozen=True)
class Draft:
    """What was sent and not accepted, or not complete yet. It waits in the session, so that what it is about has an
    address of its own: reading it again, going back to it or switching the language sends nothing and loses nothing.
    """

    sent: QueryDict
    refusal: tuple[str, str] | None  # field and words, in the reader's language


def _ask_again(request: StaffRequest, rows: list[Promise], refused: DomainError | None = None) -> HttpResponse:
    keys = [row.pk for row in rows]
    sent = {name: values for name, values in request.POST.lists() if name not in NOT_TYPED}
    refusal = (refused.field, _in_every_language(refused)) if refused else None
    request.session[DRAFT] = {"path": request.path, "keys": keys, "sent": sent, "refusal": refusal}
    return redirect(f"{request.path}?{urlencode([(TICKED, key) for key in keys])}")


def _draft(request: StaffRequest, rows: list[Promise]) -> Draft | None:
    """Of these promises, on this page."""
    kept = request.session.get(DRAFT)
    if not kept or (kept["path"], kept["keys"]) != (request.path, [row.pk for row in rows]):
        return None
    sent = QueryDict(mutable=True)
    for name, values in kept["sent"].items():
        sent.setlist(name, values)
    if not kept["refusal"]:
        return Draft(sent, None)
    field, words = kept["refusal"]
    return Draft(sent, (field, words[get_language()]))


def _in_every_language(error: DomainError) -> dict[str, str]:
    """The reader may choose the other language before the words are read."""
    words = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            words[code] = str(error)
    return words


def _so_far(draft: Draft | None, *, is_complete: bool) -> dict[str, Any]:
    """What the list sent along is only a beginning, of which nothing is wrong yet."""
    if draft is None:
        return {}
    return {"data": draft.sent} if is_complete else {"initial": {"reason": draft.sent.get("reason", "")}}


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


def _ticked(request: StaffRequest) -> tuple[list[Promise], bool]:
    """In the form that was sent, else in the address; and whether these are all: it says so if not."""
    given = request.POST if request.method == "POST" else request.GET
    keys = [int(key) for key in given.getlist(TICKED)[:MOST] if is_key(key)]
    ticked = Promise.objects.reassignable_by(request.user).filter(pk__in=keys)
    rows = list(ticked.with_people().in_due_order())
    refused = gone(keys, rows, leader=request.user)
    if isinstance(refused, GivenBefore):
        messages.info(request, str(refused))
    elif refused or not rows:
        messages.error(request, str(refused or _("Tick at least one promise.")))
    return rows, refused is None


def _said(got: dict[Staff, int]) -> str:
    """How many were shared out, and who got how many."""
    shares = " · ".join(f"{staff.name} {count}" for staff, count in got.items())
    number = sum(got.values())
    text = ngettext("%(count)d promise shared out: %(shares)s", "%(count)d promises shared out: %(shares)s", number)
    return text % {"count": number, "shares": shares}
