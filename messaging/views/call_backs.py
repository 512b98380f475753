"""Where providers call back: open to everybody, believed by a secret or a signature alone."""

import logging
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.access import post_only, public
from hospital_crm.lib.addresses import client_address
from hospital_crm.lib.throttle import count_one
from messaging.models import Provider
from messaging.services import call_backs
from messaging.services.gateways.receipts import CallBack, Forged, Malformed

LARGEST = 256 * 1024  # bytes; providers push some hundred entries at most
MINUTE = 60  # s
FORGERIES = 60  # a minute, of one address in one web process
REASON = "Providers cannot sign in: a secret in the address or a signature proves them"
ANSWERS: dict[str, dict[str, object]] = {
    Provider.ALIYUN: {"code": 0, "msg": "OK"},
    Provider.TENCENT: {"result": 0, "errmsg": "OK"},
}
log = logging.getLogger(__name__)
Act = Callable[[CallBack], HttpResponse]


@csrf_exempt
@post_only
@public(REASON)
def call_back_receipts(request: HttpRequest, provider: str, token: str) -> HttpResponseBase:
    def take(call_back: CallBack) -> HttpResponse:
        call_backs.take_sms_receipts(Provider(provider), call_back, at=timezone.now())
        return JsonResponse(ANSWERS[provider])

    return _called(request, take, token)


@csrf_exempt
@post_only
@public(REASON)
def call_back_replies(request: HttpRequest, provider: str, token: str) -> HttpResponseBase:
    def take(call_back: CallBack) -> HttpResponse:
        call_backs.take_sms_replies(Provider(provider), call_back, at=timezone.now())
        return JsonResponse(ANSWERS[provider])

    return _called(request, take, token)


@csrf_exempt
@require_http_methods(["GET", "POST"])
@public(REASON)
def call_back_wechat(request: HttpRequest) -> HttpResponseBase:
    """GET proves that the address is ours, POST tells something."""

    def take(call_back: CallBack) -> HttpResponse:
        if request.method == "GET":
            return HttpResponse(call_backs.echo_of_wechat(call_back), content_type="text/plain")
        call_backs.take_wechat(call_back, at=timezone.now())
        return HttpResponse("success", content_type="text/plain")

    return _called(request, take, "")


def _called(request: HttpRequest, take: Act, token: str) -> HttpResponse:
    """A forgery finds nothing here; what cannot be read should come again, and any fault makes it come again.

    Forgeries alone are counted: a provider that is believed may tell a thousand receipts a minute, from an address
    that it shares with whoever guesses.
    """
    body = request.read(LARGEST + 1)
    if len(body) > LARGEST:
        return HttpResponse(status=413)
    try:
        return take(CallBack(body, token, request.GET.dict()))
    except Forged as error:
        if count_one(f"forged-call-back:{client_address(request)}", seconds=MINUTE) > FORGERIES:
            return HttpResponse(status=429)
        raise Http404 from error
    except Malformed:
        log.warning("a call-back cannot be read")
        return HttpResponse(status=400)
