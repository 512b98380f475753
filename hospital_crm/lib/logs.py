"""What a log line says about a request."""

import logging

from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware


class RequestLogMiddleware(RequestMiddleware):
    """Method and path only: what people search for stands in the query, and logs are no place for names."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {request.path}"


class QuietRefusals(logging.Filter):
    """A refusal (4xx) is everyday life and needs no traceback; a fault (5xx) keeps its own."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = None
        return True
