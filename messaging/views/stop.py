"""The page behind the link in a message: no sign-in, no cookie, no script, and nothing about anybody on it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.access import public
from hospital_crm.lib.addresses import client_address
from hospital_crm.lib.throttle import count_one
from institution.models import HospitalProfile
from messaging.models import OptOut
from messaging.services.stopping import LinkForged, LinkOver, StopLink, read_stop_link, stop_by_link

LANGUAGES = {"zh": "zh-hans", "en": "en"}
OTHER = {
    "zh-hans": ("en", "en", "English"),
    "en": ("zh", "zh-Hans", "中文"),
}  # as the link says, as HTML does, its name
Scope = OptOut.Scope
WRONG_LINKS, ASKED, SECONDS = 20, 3000, 600  # the phones of half a town may share a carrier's address


@csrf_exempt  # whoever has the link may stop messages by it, and nothing else: that is what proves the right to
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@public("whoever gets a message may stop such messages: the signed link is the proof, and no patient has an account")
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Looking changes nothing, for phones and mail servers look at links by themselves; only the button does."""
    visitor = client_address(request) or ""
    if count_one(f"link:{visitor}", seconds=SECONDS) > ASKED:
        return _page(request, "", status=429)
    try:
        return _answer(request, read_stop_link(token, at=timezone.now()))
    except LinkForged:
        wrong = count_one(f"wrong-link:{visitor}", seconds=SECONDS)
        return _page(request, "", status=404 if wrong <= WRONG_LINKS else 429)
    except LinkOver:
        return _page(request, "", status=410)


def _answer(request: HttpRequest, link: StopLink) -> HttpResponse:
    if request.POST.get("List-Unsubscribe") == "One-Click":  # a mail program, which wants no page (RFC 8058)
        stop_by_link(link=link, scope=Scope.OFFERS, at=timezone.now())
        return HttpResponse(status=204)
    chosen = request.POST.get("stop", "")
    if request.method == "POST" and chosen in Scope.values:
        stop_by_link(link=link, scope=Scope(chosen), at=timezone.now())
        return _page(request, link.language, stopped=Scope(chosen), is_done=True)
    if Scope.ALL in link.stopped:
        raise LinkOver
    return _page(request, link.language, stopped=Scope.OFFERS if Scope.OFFERS in link.stopped else None)


def _page(request: HttpRequest, language: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """In the recipient's language, in the chosen one, else in the browser's."""
    spoken = LANGUAGES.get(request.GET.get("lang", ""), language or translation.get_language() or "zh-hans")
    with translation.override(spoken):
        told = {
            "hospital": HospitalProfile.objects.get(),
            "other": OTHER["en" if spoken == "en" else "zh-hans"],
            "offers": Scope.OFFERS,
            "all": Scope.ALL,
            "is_over": status != 200,
            "status": status,
            **context,
        }
        response = render(request, "messaging/stop.html", told, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response
