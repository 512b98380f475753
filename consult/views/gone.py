"""Where the address of a call that is being typed leads once it is none any more."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import StaffRequest
from consult.views.content import first_call
from hospital_crm.lib.errors import DuplicateSubmission


def draft_url(key: UUID) -> str:
    return f"{reverse('consult:call_create')}?draft={key}"


def saved_url(pk: int) -> str:
    """An empty page, which says what was saved a moment ago."""
    return f"{reverse('consult:call_create')}?saved={pk}"


def answer_gone(request: StaffRequest, key: UUID, *, back: str = "") -> HttpResponse:
    """To what it was saved as, else back with the reason. Back and other tabs come here: that is no mistake.

    Of somebody else's call one learns no more than of one that never was.
    """
    if first := first_call(key, request.user):
        messages.info(request, str(DuplicateSubmission.message))
        return redirect(saved_url(first.pk))
    text = _("This call is not here any more: it was discarded, or nobody came back to it for a week.")
    messages.info(request, text)
    return redirect(back or "consult:call_create")
