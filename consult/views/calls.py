"""The call page: who calls, what it is about, how it ends; after saving it is ready for the next one."""

from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Capability, StaffRequest, needs, post_only
from consult.models import Call, CallDraft
from consult.services import calls as services
from consult.services import drafts
from consult.services.records import CallRecord
from consult.views.content import Content, digest_of, is_blank, key_of, typed_in, with_room
from consult.views.gone import draft_url, saved_url
from consult.views.page import CallPage
from consult.views.unread import tell_of_unread
from hospital_crm.lib.errors import DomainError, DuplicateSubmission
from hospital_crm.lib.fields import warn_of_number
from hospital_crm.lib.keys import read_uuid

from .opening import TEMPLATE, TOPIC, open_page


@needs(Capability.SEE_CALLS)
def call_create(request: StaffRequest) -> HttpResponse:
    """Every button sends the form, with or without script: `act` says which one it was, none means save."""
    now, act = timezone.now(), request.POST.get("act", "")
    if request.method != "POST":
        return open_page(request, now)
    content = typed_in(request.POST)
    try:
        return _sent(request, content, act, now)
    except drafts.TypedElsewhere as other:
        page = CallPage(request, content, now, take_first="take" in request.POST)
        return render(request, TEMPLATE, page.elsewhere(other))


def _sent(request: StaffRequest, content: Content, act: str, now: datetime) -> HttpResponse:
    """Raises TypedElsewhere."""
    if dropped := read_uuid(request.POST.get("drop", "")):
        return _ask_first(request, content, dropped, now)
    if not act:
        return _save(request, content, now)
    if act == "discard":
        return _discard(request, content, now)
    page = CallPage(request, with_room(content) if act == "more" else content, now)
    draft = page.keep(parks=act == "park")
    if act == "park":
        return redirect("consult:call_create")
    if draft is None:  # it was saved as a call meanwhile
        return render(request, TEMPLATE, page.context())
    return redirect(_resumed(draft, is_longer=act == "more"))


@post_only
@needs(Capability.SEE_CALLS)
def call_who(request: StaffRequest) -> HttpResponse:
    """Who may be calling, while the number is typed. Sent and not asked: no number stands in an address or a log."""
    page = CallPage(request, typed_in(request.POST), timezone.now(), take_first="take" in request.POST)
    return render(request, f"{TEMPLATE}#answer", page.answer())


def _discard(request: StaffRequest, content: Content, now: datetime) -> HttpResponse:
    """Asks first where something was typed, as from the list."""
    if not is_blank(content):
        CallPage(request, content, now).keep()
        return redirect("consult:draft_discard", key=key_of(content))
    drafts.discard_draft(key=key_of(content), staff=request.user)
    messages.success(request, _("Discarded"))
    return redirect("consult:call_create")


def _ask_first(request: StaffRequest, content: Content, dropped: UUID, now: datetime) -> HttpResponse:
    """Whether a parked call is to be discarded; what was typed about this one is kept meanwhile."""
    draft = None if is_blank(content) else CallPage(request, content, now).keep()
    back = draft_url(draft.key) if draft else reverse("consult:call_create")
    return redirect(f"{reverse('consult:draft_discard', args=[dropped])}?{urlencode({'next': back})}")


def _save(request: StaffRequest, content: Content, now: datetime) -> HttpResponse:
    """Raises TypedElsewhere."""
    page = CallPage(request, content, now, sent=True, take_first="take" in request.POST)
    drafts.check_window(page.draft, content)
    if page.sheet.is_valid():
        try:
            record = _record(page, now)
            call = services.log_call(record=record, staff=request.user, at=now, submission=page.sheet.submission)
        except DuplicateSubmission as duplicate:
            return _saved_already(request, page, duplicate)
        except DomainError as error:
            page.refuse(error.field, str(error))
        else:
            warn_of_number(request, page.sheet.form.cleaned_data["number"])
            tell_of_unread(request, call, record.known_until)
            return redirect(saved_url(call.pk))
    return render(request, TEMPLATE, page.context())


def _saved_already(request: StaffRequest, page: CallPage, duplicate: DuplicateSubmission) -> HttpResponse:
    """Sent twice it leads on; what a second tab says otherwise stays on the page, beside the way to what was saved."""
    first = Call.objects.filter(pk=duplicate.subject_id, handled_by=request.user).first()
    if first is not None and first.sent_as != digest_of(page.before):
        return render(request, TEMPLATE, {**page.context(), "first": first})
    messages.info(request, str(duplicate))
    return redirect(saved_url(duplicate.subject_id))


def _record(page: CallPage, now: datetime) -> CallRecord:
    """A call began when its draft was first kept; one that is entered later, when it is said to have begun.

    A draft may be kept at the very moment of saving: the call begins no later than that.
    """
    sheet = page.sheet
    entered = sheet.form.cleaned_data["began_at"]
    draft = page.draft
    began = entered or (min(draft.opened_at, now) if draft else now)
    waited = draft.waited(now) if draft and not entered else 0
    return sheet.record(began_at=began, ended_at=entered or now, parked_seconds=waited, sent_as=digest_of(page.before))


def _resumed(draft: CallDraft, *, is_longer: bool) -> str:
    """The page with what was typed: reading it again, or coming back to it, sends nothing twice.

    With room for one more topic the next keystroke belongs there.
    """
    return draft_url(draft.key) + (f"&focus={TOPIC}" if is_longer else "")
