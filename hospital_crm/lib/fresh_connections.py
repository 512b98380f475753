"""Whether the database is still there is asked after a pause, not before each request of a busy hour."""

from collections.abc import Callable
from time import monotonic
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponseBase

FRESH_SECONDS = 1  # after a restart that is as quick one request of a thread may fail

View = Callable[[HttpRequest], HttpResponseBase]


def fresh_connections_middleware(get_response: View) -> View:
    """A connection that has just answered is not asked first whether it lives; one that failed is, by Django itself."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        database: Any = connection
        if monotonic() - getattr(database, "answered_at", float("-inf")) < FRESH_SECONDS:
            database.health_check_done = True
        response = get_response(request)
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:  # whose row was read: files and probes ask nothing
            database.answered_at = monotonic()
        return response

    return answer
