"""Before a request it is asked whether the database is there, unless that was seen a moment ago."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse

from hospital_crm.lib import fresh_connections
from hospital_crm.lib.fresh_connections import FRESH_SECONDS, fresh_connections_middleware


@pytest.fixture
def asks_at(monkeypatch: pytest.MonkeyPatch, db: None) -> Callable[[float], bool]:
    """Whether a request that begins at this second would ask first."""
    monkeypatch.setattr(connection, "answered_at", float("-inf"), raising=False)
    database: Any = connection
    seen: list[bool] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(not database.health_check_done)
        return HttpResponse()

    answer = fresh_connections_middleware(view)

    def asks(second: float) -> bool:
        monkeypatch.setattr(fresh_connections, "monotonic", lambda: second)
        monkeypatch.setattr(connection, "health_check_done", False)  # as Django leaves it at the end of each request
        answer(HttpRequest())
        return seen.pop()

    return asks


def test_after_a_pause_it_is_asked_and_in_a_busy_hour_it_is_not(asks_at: Callable[[float], bool]) -> None:
    nearly, pause = FRESH_SECONDS * 0.9, FRESH_SECONDS
    moments = (100, 100 + nearly, 100 + 2 * nearly, 100 + 2 * nearly + pause)
    assert [asks_at(second) for second in moments] == [True, False, False, True]
