"""A creating form that is sent a second time."""

from collections.abc import Callable

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.services.submissions import first_result
from hospital_crm.lib.errors import DuplicateSubmission


def answer_again(
    request: HttpRequest, form: BaseForm, kind: str, done_url: Callable[[int], str]
) -> HttpResponse | None:
    """To what the first sending made; None if this is the first, or if the service will notice by itself.

    To the second sending the name is taken already, by the first; so whoever reads a form's errors asks here, and
    after them, since the first one may be saved while the form is being checked.
    """
    if request.method != "POST" or form.is_valid():
        return None
    first = first_result(request.POST.get("submission", ""), kind)
    if first is None:
        return None
    messages.info(request, str(DuplicateSubmission.message))
    return redirect(done_url(first))
