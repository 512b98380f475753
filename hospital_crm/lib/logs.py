"""What a log line says about a request."""

import logging

from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware


class RequestLogMiddleware(RequestMiddleware):
    """Method and path only: what people search for stands in the query, and logs are no place for names."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {request.path}"


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
    """A refusal (4xx) is everyday life and needs no traceback; a fault (5xx) keeps its own."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = None
        return True
