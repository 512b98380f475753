"""What a program is told when something went wrong: RFC 9457."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

PROBLEM = "application/problem+json"
PREFIX = "/api/"


def problem_details(status: int, code: str, detail: str, **more: Any) -> dict[str, Any]:
    """`code` never changes and is for programs; `detail` is for people, in their language."""
    title = HTTPStatus(status).phrase
    return {"type": "about:blank", "title": title, "status": status, "code": code, "detail": detail, **more}


def problem_response(status: int, code: str, detail: str, **more: Any) -> HttpResponse:
    """JSON, whatever else the address speaks."""
    told = problem_details(status, code, detail, **more)
    in_clear = {"ensure_ascii": False}
    return JsonResponse(told, status=status, content_type=PROBLEM, json_dumps_params=in_clear)


def is_for_programs(request: HttpRequest) -> bool:
    """Whether the request came to the API, where a page would help nobody."""
    return request.path_info.startswith(PREFIX)
