"""What a log line says about a request."""

import logging
import re
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from django_structlog.middlewares import RequestMiddleware

# Whoever reads what follows could do what its owner may: the recipient of a link, or a provider that calls back.
SECRET = re.compile(r"^/?(m/|call-backs/\w+/)[^/]+")


class RequestLogMiddleware(RequestMiddleware):
    """Method and path only: what people search for stands in the query, and logs are no place for names.

    The answer carries the id under which the logs hold its request.
    """

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        response["X-Request-ID"] = structlog.contextvars.get_contextvars()["request_id"]
        super().handle_response(request, response)

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {discreet_path(request.path)}"


def discreet_path(path: str) -> str:
    """Without the secret in it."""
    return SECRET.sub(r"/\1****", path)


class OnceInAWhile(logging.Filter):
    """The same words again within a minute say nothing new, and a broker that is away has no traceback to read."""

    SECONDS = 60

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        words, before = record.getMessage(), self._said.get(record.getMessage())
        if before is not None and record.created - before < self.SECONDS:
            return False
        self._said = {text: at for text, at in self._said.items() if record.created - at < self.SECONDS}
        self._said[words] = record.created
        record.exc_info = None
        return True


class QuietRefusals(logging.Filter):
    """A refusal (4xx) is everyday life and needs no traceback, and no line where the request has one of its own
    (`are_told`); a fault (5xx) keeps both.
    """

    def __init__(self, *, are_told: bool) -> None:
        super().__init__()
        self._are_told = are_told

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):  # "Not Found: %s", with the path
            record.args = tuple(discreet_path(each) if isinstance(each, str) else each for each in record.args)
        if getattr(record, "status_code", 500) >= 500:
            return True
        record.exc_info = None
        return not self._are_told


def begin_task(*, task_id: str, task: Any, **_: object) -> None:
    """Whatever the worker says from now on, it says about this task."""
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(task_id=task_id, task=task.name)


def end_task(**_: object) -> None:
    structlog.contextvars.clear_contextvars()
