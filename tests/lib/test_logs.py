"""Log lines: a refusal is one line, a fault brings its traceback."""

import io
import logging
from collections.abc import Iterator

import pytest
from django.test import Client

from accounts.models import Staff
from hospital_crm.lib.discreet import without_rows
from hospital_crm.lib.logs import OnceInAWhile, QuietRefusals
from tests.conftest import SignedIn


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What Django's own logger of requests writes."""
    stream = io.StringIO()
    printer, logger = logging.StreamHandler(stream), logging.getLogger("django.request")
    logger.addHandler(printer)
    yield stream
    logger.removeHandler(printer)


def test_a_refused_page_is_one_line(alice: Staff, signed_in: SignedIn, written: io.StringIO) -> None:
    assert signed_in(alice).get("/staff/").status_code == 403
    assert written.getvalue().splitlines() == ["Forbidden (Permission denied): /staff/"]


def test_a_page_not_found_is_one_line(client: Client, db: None, written: io.StringIO) -> None:
    assert client.get("/nowhere/").status_code == 404
    assert written.getvalue().splitlines() == ["Not Found: /nowhere/"]


def test_a_fault_keeps_its_traceback() -> None:
    record = logging.LogRecord("django.request", logging.ERROR, "", 0, "fault", None, (ValueError, ValueError(), None))
    record.status_code = 500
    assert QuietRefusals().filter(record)
    assert record.exc_info


def test_the_same_words_are_said_once_a_minute_and_without_a_traceback() -> None:
    once = OnceInAWhile()
    wrong = (ValueError, ValueError(), None)

    def beat(at: float, text: str = "The broker is away") -> bool:
        record = logging.LogRecord("celery.beat", logging.ERROR, "", 0, text, None, wrong)
        record.created = at
        said = once.filter(record)
        return said and record.exc_info is None

    assert [beat(0), beat(1), beat(59.9), beat(60), beat(61)] == [True, False, False, True, False]
    assert beat(61, "Something else")


def test_of_a_refused_row_only_the_constraint_is_left() -> None:
    told = (
        'UniqueViolation: duplicate key violates "name_once"\nDETAIL:  Key (name)=(张桂兰\n13800001234) is there.\n'
        "\nThe above exception was the direct cause\n\nIntegrityError: the same\nDETAIL:  Row contains (张桂兰).\n"
    )
    event = without_rows(None, "error", {"event": "request_failed", "exception": told})
    assert event["event"] == "request_failed"
    assert "name_once" in event["exception"]
    assert "IntegrityError: the same" in event["exception"]
    assert not any(word in event["exception"] for word in ("张桂兰", "13800001234", "DETAIL"))
    assert without_rows(None, "info", {"event": "fine"}) == {"event": "fine"}
