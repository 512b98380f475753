"""A saved call is written anew where it was wrong."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Capability, StaffRequest, needs
from consult.forms.fields import LOCAL_TIME
from consult.models import Call
from consult.reports.candidates import value_of
from consult.services import corrections, voids
from consult.services.records import CallRecord
from consult.views.content import Content, digest_of, typed_in, with_room
from consult.views.page import CallPage
from consult.views.rows import visible
from consult.views.unread import tell_of_unread
from hospital_crm.lib.errors import DomainError, DuplicateSubmission
from hospital_crm.lib.fields import warn_of_number
from hospital_crm.lib.keys import read_key
from hospital_crm.lib.phones import kept_phone
from promises.models import Promise

AS_TOLD = ("direction", "channel", "caller_name", "sex", "residence", "condition", "note", "disposition")


@needs(Capability.SEE_CALLS)
def call_correct(request: StaffRequest, pk: int) -> HttpResponse:
    call = get_object_or_404(visible(request).with_card().select_related("promise", "attempt"), pk=pk)
    now, act = timezone.now(), request.POST.get("act", "")
    refused = voids.refusal(call=call, staff=request.user)
    if request.method == "POST" and isinstance(refused, voids.CallAlreadyVoided):
        return _too_late(request, call, now)
    if refused is not None:
        messages.error(request, str(refused))
        return redirect("consult:call_detail", pk=pk)
    if request.method == "POST" and not act:
        return _save(request, call, now)
    content = typed_in(request.POST) if act else _with_room_for(_content_of(call), request.GET.get("topics", ""))
    page = CallPage(request, with_room(content) if act == "more" else content, now, corrects=call)
    if act == "more":
        page.begin_at_last_topic()
    return _page(request, page, call)


def _with_room_for(content: Content, topics: str) -> Content:
    """Read again after topics were added, the form has their fields: what was typed there is put back into them."""
    return with_room(content, read_key(topics) - 1) if read_key(topics) > 1 else content


def _save(request: StaffRequest, call: Call, now: datetime) -> HttpResponse:
    page = CallPage(request, typed_in(request.POST), now, sent=True, corrects=call)
    if page.sheet.is_valid():
        typed = page.sheet.form.cleaned_data["number"]  # none where the number stays
        try:
            record = _record(page, call)
            corrected = corrections.correct_call(
                call=call,
                record=record,
                reason=page.sheet.form.cleaned_data["reason"],
                staff=request.user,
                at=now,
            )
        except voids.CallAlreadyVoided:
            return _too_late(request, call, now)
        except DomainError as error:
            page.refuse(error.field, str(error))
        else:
            messages.success(request, _("Corrected"))
            warn_of_number(request, typed)
            tell_of_unread(request, corrected, record.known_until)
            return redirect("consult:call_detail", pk=corrected.pk)
    return _page(request, page, call)


def _too_late(request: StaffRequest, call: Call, now: datetime) -> HttpResponse:
    """Sent twice it leads to what it became; the words of whoever comes second stay, beside the way to the first's."""
    page = CallPage(request, typed_in(request.POST), now, sent=True, corrects=call)
    voided = Call.objects.select_related("voided_by__staff", "replaced_by").get(pk=call.pk)
    after = getattr(voided, "replaced_by", None)
    if after is not None and after.sent_as == digest_of(page.before):
        messages.info(request, str(DuplicateSubmission.message))
        return redirect("consult:call_detail", pk=after.pk)
    return _page(request, page, voided)


def _page(request: StaffRequest, page: CallPage, call: Call) -> HttpResponse:
    stays = page.sheet.form.promise_stays
    seen = Promise.objects.visible_to(request.user, timezone.localdate(page.now)).filter(calls=call)
    context = {**page.around(), "call": call, "promise_stays": stays, "may_open": stays and seen.exists()}
    return render(request, "consult/call_correct.html", context)


def _record(page: CallPage, call: Call) -> CallRecord:
    """As long as before; a number that was not typed anew stays as it was."""
    typed = page.sheet.form.cleaned_data
    began = typed["began_at"] or call.started_at
    if timezone.localtime(call.started_at).strftime(LOCAL_TIME) == timezone.localtime(began).strftime(LOCAL_TIME):
        began = call.started_at  # the form knows no seconds
    if typed["number"] is None and call.digits and not typed["is_withheld"]:
        typed["number"] = kept_phone(call.digits, call.extension)
    lasted = corrections.as_it_lasted(call, began)
    return page.sheet.record(began_at=began, **lasted, sent_as=digest_of(page.before))


def _content_of(call: Call) -> Content:
    """The form as it would have been sent; the number stays masked."""
    content = {name: [str(getattr(call, name))] for name in AS_TOLD}
    content |= {
        "who": [value_of(call.target)],
        "filled": [value_of(call.target)],
        "name": [call.target.name],
        "age": ["" if call.age is None else str(call.age)],
        "relation": [str(call.relation_id or "")],
        "source": [str(call.source_id or "")],
        "began_at": [timezone.localtime(call.started_at).strftime(LOCAL_TIME)],
    }
    content |= {name: ["on"] for name in ("is_withheld", "is_confirmed") if getattr(call, name)}
    for number, row in enumerate(call.topics.all()):
        content[f"t{number}-topic"] = [str(row.topic_id)]
        content[f"t{number}-department"] = [str(row.department_id or "")]
        content[f"t{number}-question"], content[f"t{number}-answer"] = [row.question], [row.answer]
    return content
