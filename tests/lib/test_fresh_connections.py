"""Before a request it is asked whether the database is there, unless that was seen a moment ago."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import HttpRequest, HttpResponse

from accounts.models import Staff
from hospital_crm.lib import fresh_connections
from hospital_crm.lib.fresh_connections import FRESH_SECONDS, fresh_connections_middleware

NEARLY = FRESH_SECONDS * 0.9


@pytest.fixture
def asks_at(monkeypatch: pytest.MonkeyPatch, db: None) -> Callable[..., bool]:
    """Whether a request that begins at this second would ask first."""
    monkeypatch.setattr(connection, "answered_at", float("-inf"), raising=False)
    database: Any = connection

    def asks(second: float, *, user: Any) -> bool:
        seen: list[bool] = []

        def view(request: HttpRequest) -> HttpResponse:
            request.user = user
            seen.append(not database.health_check_done)
            return HttpResponse()

        monkeypatch.setattr(fresh_connections, "monotonic", lambda: second)
        monkeypatch.setattr(connection, "health_check_done", False)  # as Django leaves it at the end of each request
        fresh_connections_middleware(view)(HttpRequest())
        return seen.pop()

    return asks


def test_after_a_pause_it_is_asked_and_in_a_busy_hour_it_is_not(asks_at: Callable[..., bool]) -> None:
    moments = (100, 100 + NEARLY, 100 + 2 * NEARLY, 100 + 2 * NEARLY + FRESH_SECONDS)
    assert [asks_at(second, user=Staff()) for second in moments] == [True, False, False, True]


def test_a_request_that_reads_nothing_says_nothing_of_the_database(asks_at: Callable[..., bool]) -> None:
    """A file, a probe, the page of the door."""
    assert asks_at(100, user=Staff())
    assert not asks_at(100 + NEARLY, user=AnonymousUser())
    assert asks_at(100 + 2 * NEARLY, user=Staff())
