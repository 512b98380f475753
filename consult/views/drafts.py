"""Calls that are not saved yet: kept while they are typed, parked, discarded."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Capability, StaffRequest, needs, post_only
from consult.forms import Choices
from consult.models import CallDraft
from consult.reports.parked import parked
from consult.services import drafts
from consult.views.content import typed_in
from consult.views.gone import answer_gone, draft_url
from consult.views.page import CallPage
from hospital_crm.lib.acts import next_url


@post_only
@needs(Capability.SEE_CALLS)
def draft_keep(request: StaffRequest) -> HttpResponse:
    """What was typed is safe, and the sentence says what would be promised; the page's address leads to it from now on.

    So the call is still there after another language was chosen, or after somebody signed in again.
    """
    kept = CallPage(request, typed_in(request.POST), timezone.now()).kept()
    response = render(request, "consult/call_create.html#kept_answer", kept)
    if kept["draft"] is not None:
        response["HX-Replace-Url"] = draft_url(kept["draft"].key)
    return response


@needs(Capability.SEE_CALLS)
def draft_discard(request: StaffRequest, key: UUID) -> HttpResponse:
    """Asks first: nothing is left of what was typed. Who does not want to is back where they came from, else in it."""
    draft = CallDraft.objects.open_of(request.user).filter(key=key).first()
    done = next_url(request, reverse("consult:call_create"))
    if draft is None:
        return answer_gone(request, key, back=done)
    if request.method == "POST":
        drafts.discard_draft(key=key, staff=request.user)
        messages.success(request, _("Discarded"))
        return redirect(done)
    back = next_url(request, draft_url(key))
    [waiting] = parked([draft], Choices.load(timezone.localdate()).topics)
    return render(request, "consult/draft_discard.html", {"parked": waiting, "back": back, "now": timezone.now()})
