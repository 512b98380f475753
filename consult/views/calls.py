"""The call page: who calls, what it is about, how it ends; after saving it is ready for the next one."""

from datetime import date, datetime
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Capability, StaffRequest, needs, post_only
from accounts.models import Staff
from consult.models import Call, CallDraft
from consult.services import calls as services
from consult.services import drafts
from consult.views.gone import answer_gone, draft_url, saved_url
from consult.views.page import CallPage, Content, digest_of, is_blank, key_of, typed_in, with_room
from hospital_crm.lib.errors import DomainError, DuplicateSubmission
from hospital_crm.lib.fields import warn_of_number
from hospital_crm.lib.keys import read_key, read_uuid
from patients.models import Patient
from promises.models import Promise
from promises.services.changes import PromiseAlreadyOver
from promises.services.organisations import OwedToOrganisation

TEMPLATE = "consult/call_create.html"
TOPIC = "topic"  # where the focus lands, instead of on the number


@needs(Capability.SEE_CALLS)
def call_create(request: StaffRequest) -> HttpResponse:
    """Every button sends the form, with or without script: `act` says which one it was, none means save."""
    now, act = timezone.now(), request.POST.get("act", "")
    if request.method != "POST":
        return _open(request, now)
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


def _open(request: StaffRequest, now: datetime) -> HttpResponse:
    """The call in the address, else a new one. What is read again after it was taken up is only read."""
    mine = list(CallDraft.objects.open_of(request.user))
    key = read_uuid(request.GET.get("draft", ""))
    draft = next((draft for draft in mine if draft.key == key), None)
    if key and draft is None:
        return answer_gone(request, key)
    try:
        content = draft.content if draft else _fresh(request, now)
    except PromiseAlreadyOver as over:
        messages.error(request, str(over))
        return redirect("promises:promise_detail", pk=over.current.pk)
    except OwedToOrganisation as owed:
        messages.info(request, str(owed))
        return redirect("followups:attempt_create", promise_pk=owed.promise.pk)
    if drafts.turn_to(draft, among=mine, at=now) and draft:
        return redirect(request.get_full_path())
    page = CallPage(request, content, now, mine=mine)
    context = {**page.context(), "saved": _saved(request), "focus": request.GET.get("focus", "")}
    if context["focus"] == TOPIC:
        page.begin_at_last_topic()
    return render(request, TEMPLATE, context)


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
            call = _log(page, request.user, now)
        except DuplicateSubmission as duplicate:
            return _saved_already(request, page, duplicate)
        except DomainError as error:
            page.refuse(error.field, str(error))
        else:
            warn_of_number(request, page.sheet.form.cleaned_data["number"])
            return redirect(saved_url(call.pk))
    return render(request, TEMPLATE, page.context())


def _saved_already(request: StaffRequest, page: CallPage, duplicate: DuplicateSubmission) -> HttpResponse:
    """Sent twice it leads on; what a second tab says otherwise stays on the page, beside the way to what was saved."""
    first = Call.objects.filter(pk=duplicate.subject_id, handled_by=request.user).first()
    if first is not None and first.sent_as != digest_of(page.before):
        return render(request, TEMPLATE, {**page.context(), "first": first})
    messages.info(request, str(duplicate))
    return redirect(saved_url(duplicate.subject_id))


def _log(page: CallPage, staff: Staff, now: datetime) -> Call:
    """A call began when its draft was first kept; one that is entered later, when it is said to have begun.

    A draft may be kept at the very moment of saving: the call begins no later than that.
    """
    sheet = page.sheet
    entered = sheet.form.cleaned_data["began_at"]
    draft = page.draft
    began = entered or (min(draft.opened_at, now) if draft else now)
    waited = draft.waited(now) if draft and not entered else 0
    record = sheet.record(
        began_at=began, ended_at=entered or now, parked_seconds=waited, sent_as=digest_of(page.before)
    )
    return services.log_call(record=record, staff=staff, at=now, submission=sheet.submission)


def _saved(request: StaffRequest) -> Call | None:
    """The call that was saved a moment ago."""
    key = read_key(request.GET.get("saved", ""))
    mine = Call.objects.visible_to(request.user).select_related("patient", "contact")
    return mine.filter(pk=key).first() if key else None


def _resumed(draft: CallDraft, *, is_longer: bool) -> str:
    """The page with what was typed: reading it again, or coming back to it, sends nothing twice.

    With room for one more topic the next keystroke belongs there.
    """
    return draft_url(draft.key) + (f"&focus={TOPIC}" if is_longer else "")


def _fresh(request: StaffRequest, now: datetime) -> Content:
    """Nothing yet; or a call to the patient, or to keep the promise, from which one comes.

    Raises PromiseAlreadyOver, OwedToOrganisation, Http404.
    """
    fresh: Content = {"submission": [str(uuid4())]}
    if key := _number(request, "promise"):
        promise = _promise(request, key, timezone.localdate(now))
        if promise.organisation_id:
            raise OwedToOrganisation(promise)
        kind, pk = ("patient", promise.patient_id) if promise.patient_id else ("contact", promise.contact_id)
        return {**fresh, "who": [f"{kind}:{pk}"], "direction": ["out"], "promise": [str(promise.pk)]}
    if key := _number(request, "patient"):
        patient = get_object_or_404(Patient.objects.visible_to(request.user).known_as(key))
        return {**fresh, "who": [f"patient:{patient.pk}"], "direction": ["out"]}
    return fresh


def _promise(request: StaffRequest, key: int, today: date) -> Promise:
    """One that is still to be kept.

    Raises PromiseAlreadyOver, Http404.
    """
    promise = Promise.objects.visible_to(request.user, today).open().of_no_row().filter(pk=key).first()
    if promise is None:
        raise PromiseAlreadyOver(get_object_or_404(Promise.objects.readable_by(request.user, today).over(), pk=key))
    return promise


def _number(request: StaffRequest, name: str) -> int:
    return read_key(request.GET.get(name, ""))
