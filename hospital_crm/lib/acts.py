"""An act on a row: asked for on a page of its own or inside the row, which then renews itself."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from .conflict import typed
from .errors import DomainError, DuplicateSubmission
from .forms import explain, kept_as


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
            explain(form, error)
        else:
            messages.success(request, done if isinstance(done, str) else done())
            return after_act(request, done_url=done_url, trigger=trigger)
    kept = {"keep": kept_as(request), "next": next_url(request, done_url), "about_url": done_url}
    context = {"form": form, "in_place": _is_htmx(request), **kept, **context}
    return render(request, _part(request, template), context)


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
    except DomainError as error:
        messages.error(request, str(error))


def answer_again(request: HttpRequest, first: int | None, *, done_url: str, trigger: str) -> HttpResponse | None:
    """To where the first sending led, of which `first` is the result; None if this is the first, or nothing is sent.

    To be asked before anything else: what the first one has done is in the way of the second.
    """
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


def answer_out_of_hands(
    request: HttpRequest,
    error: DomainError,
    *,
    form: forms.BaseForm,
    done_url: str,
    trigger: str,
    template: str,
    context: dict[str, Any],
) -> HttpResponse:
    """Whoever may read what it is about, and not act on it, reads why; and what was typed, to be copied.

    A list that only asked for the form renews itself.
    """
    is_sent = request.method == "POST"
    if _is_htmx(request) and not is_sent:
        return answer_too_late(request, error, url=done_url, trigger=trigger)
    told = {"message": str(error), "typed": typed(form) if is_sent else []}
    context = {**context, **told, "about_url": done_url, "next": next_url(request, done_url)}
    return render(request, _part(request, template), context, status=409 if is_sent else 403)


def after_act(request: HttpRequest, *, done_url: str, trigger: str) -> HttpResponse:
    """The row's list renews itself; without script, back to the page of before."""
    if _is_htmx(request):
        return HttpResponse(status=204, headers={"HX-Trigger": trigger})
    return redirect(next_url(request, done_url))


def next_url(request: HttpRequest, fallback: str) -> str:
    """Where the person came from, if that is one of our pages."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours and "/" in wanted else fallback  # a mere word would be read as the name of a view


def _is_htmx(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", None))


def _part(request: HttpRequest, template: str) -> str:
    """Inside a row no more than the act."""
    return f"{template}#act" if _is_htmx(request) else template
