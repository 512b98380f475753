"""What was ticked to be given to others, and what was typed about it so far."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from accounts.access import StaffRequest
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.keys import is_key
from promises.models import Promise
from promises.services.reassigning import GivenBefore, gone

MOST = 500
TICKED, CHOSEN = "promise", "is_chosen"  # names in the forms
NOT_TYPED = ("csrfmiddlewaretoken", TICKED)
DRAFT = "bulk"  # in the session


@dataclass(frozen=True)
class Draft:
    """What was sent and not accepted, or not complete yet. It waits in the session, so that what it is about has an
    address of its own: reading it again, going back to it or switching the language sends nothing and loses nothing.
    """

    sent: QueryDict
    refusal: tuple[str, str] | None  # field and words, in the reader's language


def ask_again(request: StaffRequest, rows: list[Promise], refused: DomainError | None = None) -> HttpResponse:
    keys = [row.pk for row in rows]
    sent = {name: values for name, values in request.POST.lists() if name not in NOT_TYPED}
    refusal = (refused.field, _in_every_language(refused)) if refused else None
    request.session[DRAFT] = {"path": request.path, "keys": keys, "sent": sent, "refusal": refusal}
    return redirect(f"{request.path}?{urlencode([(TICKED, key) for key in keys])}")


def draft_of(request: StaffRequest, rows: list[Promise]) -> Draft | None:
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


def so_far(draft: Draft | None, *, is_complete: bool) -> dict[str, Any]:
    """What the list sent along is only a beginning, of which nothing is wrong yet."""
    if draft is None:
        return {}
    return {"data": draft.sent} if is_complete else {"initial": {"reason": draft.sent.get("reason", "")}}


def ticked_promises(request: StaffRequest) -> tuple[list[Promise], bool]:
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
