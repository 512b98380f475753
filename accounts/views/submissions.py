"""A creating form that is sent a second time."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise

from accounts.services.submissions import first_result
from hospital_crm.lib.errors import DuplicateSubmission


def answer_again(
    request: HttpRequest, done_url: Callable[[int], str], text: str | Promise = DuplicateSubmission.message
) -> HttpResponse | None:
    """To what the first sending made; None if this is the first.

    Ask before the form is checked: to the second sending the name is taken already, by the first.
    """
    first = first_result(request.POST.get("submission", ""))
    if first is None:
        return None
    messages.info(request, str(text))
    return redirect(done_url(first))
