"""An act on a row: asked for on a page of its own or inside the row, which then renews itself."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from .errors import DomainError, DuplicateSubmission
from .forms import kept_as


def act_page(
    request: HttpRequest,
    *,
    form: forms.BaseForm,
    act: Callable[[], object],
    done: str | Callable[[], str],
    done_url: str,
    trigger: str,
    template: str,
    context: dict[str, Any],
) -> HttpResponse:
    """Ask what the act needs to know; act; go back to where the person came from (`next`), else to `done_url`.

    `done` is what is said then; a function where it depends on what came of the act.
    htmx gets the template's fragment `act`, and after the act no content but the event `trigger`.
    """
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except DuplicateSubmission as duplicate:
            return answer_duplicate(request, duplicate, done_url=done_url, trigger=trigger)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, done if isinstance(done, str) else done())
            return after_act(request, done_url=done_url, trigger=trigger)
    kept = {"keep": kept_as(request), "next": next_url(request, done_url)}
    context = {"form": form, "in_place": _is_htmx(request), **kept, **context}
    return render(request, f"{template}#act" if _is_htmx(request) else template, context)


def answer_act(
    request: HttpRequest, *, act: Callable[[], object], done: str, done_url: str, trigger: str
) -> HttpResponse:
    """An act that needs no more than its button."""
    try:
        act()
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return after_act(request, done_url=done_url, trigger=trigger)


def act_once(request: HttpRequest, act: Callable[[], object]) -> None:
    """An act whose form carries a submission id: whoever sent it twice is told so, and the first sending counts."""
    try:
        act()
    except DuplicateSubmission as duplicate:
        messages.info(request, str(duplicate))


def answer_again(
    request: HttpRequest, *, first_result: Callable[[str], int | None], done_url: str, trigger: str
) -> HttpResponse | None:
    """To where the first sending of this form led; None if this is the first, or nothing is sent.

    To be asked before anything else: what the first one has done is in the way of the second.
    """
    first = first_result(request.POST.get("submission", ""))
    if request.method != "POST" or first is None:
        return None
    return answer_duplicate(request, DuplicateSubmission(first), done_url=done_url, trigger=trigger)


def answer_duplicate(
    request: HttpRequest, duplicate: DuplicateSubmission, *, done_url: str, trigger: str
) -> HttpResponse:
    messages.info(request, str(duplicate))
    return after_act(request, done_url=done_url, trigger=trigger)


def answer_too_late(request: HttpRequest, error: DomainError, *, url: str, trigger: str) -> HttpResponse:
    """There is nothing left to ask: why, on the page of what it is about, or in the list that renews itself."""
    messages.error(request, str(error))
    if _is_htmx(request):
        return HttpResponse(status=204, headers={"HX-Trigger": trigger})
    return redirect(url)


def after_act(request: HttpRequest, *, done_url: str, trigger: str) -> HttpResponse:
    """The row's list renews itself; without script, back to the page of before."""
    if _is_htmx(request):
        return HttpResponse(status=204, headers={"HX-Trigger": trigger})
    return redirect(next_url(request, done_url))


def next_url(request: HttpRequest, fallback: str) -> str:
    """Where the person came from, if that is one of our pages."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours else fallback


def _is_htmx(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", None))
