"""Log lines: a refusal is one line, a fault brings its traceback."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
from django.test import Client

from accounts.models import Staff
from hospital_crm.lib.discreet import without_rows
from hospital_crm.lib.logs import OnceInAWhile, QuietRefusals, discreet_path
from tests.conftest import SignedIn
from tests.discretion import heard


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What Django's own logger of requests writes."""
    stream = io.StringIO()
    printer, logger = logging.StreamHandler(stream), logging.getLogger("django.request")
    logger.addHandler(printer)
    yield stream
    logger.removeHandler(printer)


def test_of_what_was_refused_or_not_found_the_requests_own_line_tells(
    alice: Staff, signed_in: SignedIn, written: io.StringIO
) -> None:
    browser = signed_in(alice)
    assert [browser.get(url).status_code for url in ("/staff/", "/nowhere/")] == [403, 404]
    assert written.getvalue() == ""
    assert [json.loads(line)["code"] for line in heard if "request_finished" in line] == [403, 404]


def test_of_a_patients_link_nothing_is_told_by_which_it_could_be_used(db: None, client: Client) -> None:
    assert client.get("/m/abcdefghijklmnopqrstuvwx/").status_code == 404
    lines = [line for line in heard if "/m/" in line]
    assert lines
    assert not [line for line in lines if "abcdefghijkl" in line]


def test_where_requests_have_no_line_it_is_one_without_a_traceback() -> None:
    """As in the demo, which is read on a screen."""
    record = logging.LogRecord(
        "django.request", logging.WARNING, "", 0, "Not Found: /x/", None, (ValueError, ValueError(), None)
    )
    record.status_code = 404
    assert QuietRefusals(are_told=False).filter(record)
    assert record.exc_info is None
    assert not QuietRefusals(are_told=True).filter(record)


def test_a_fault_keeps_its_traceback() -> None:
    record = logging.LogRecord("django.request", logging.ERROR, "", 0, "fault", None, (ValueError, ValueError(), None))
    record.status_code = 500
    assert QuietRefusals(are_told=True).filter(record)
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


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/call-backs/aliyun/a-secret/receipts/", "/call-backs/aliyun/****/receipts/"),
        ("/call-backs/tencent/a-secret/replies/", "/call-backs/tencent/****/replies/"),
        ("/call-backs/wechat/", "/call-backs/wechat/"),
        ("/m/a-link/", "/m/****/"),
        ("/patients/7/", "/patients/7/"),
    ],
)
def test_a_line_never_holds_what_only_a_provider_or_a_recipient_was_told(path: str, told: str) -> None:
    assert discreet_path(path) == told
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, "Not Found: %s", (path,), None)
    QuietRefusals(are_told=False).filter(record)
    assert record.getMessage() == f"Not Found: {told}"
