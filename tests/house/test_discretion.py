"""The listener of all tests hears what the product logs, as a hospital would keep it, and notices whom it tells of."""

import json
import logging

import pytest

from accounts.models import Staff
from tests import make
from tests.conftest import SignedIn
from tests.discretion import Discretion, heard, told

log = logging.getLogger("messaging.services.delivery")


def test_it_hears_each_request_with_its_number(alice: Staff, signed_in: SignedIn) -> None:
    answer = signed_in(alice).get("/patients/", {"q": "13800001234"})
    began, ended = (json.loads(line) for line in heard)
    assert began["request"] == ended["request"] == "GET /patients/"
    assert began["request_id"] == ended["request_id"] == answer["X-Request-ID"]
    assert ended["user_id"] == alice.pk


@pytest.mark.parametrize("words", ["Wilhelmina Roth is away", "no answer from 47110815", "nobody at roth@example.com"])
def test_it_notices_whom_a_line_tells_of(db: None, words: str) -> None:
    make.patient("Wilhelmina Roth", "47110815")
    make.staff("roth", email="roth@example.com")
    heard.clear()
    assert told(["nobody", words]) == [words]


def test_and_any_word_that_is_not_ours() -> None:
    assert told(["fine", "no row for 张桂兰"]) == ["no row for 张桂兰"]


def test_whoever_told_something_has_failed_the_test(db: None) -> None:
    make.patient("Wilhelmina Roth")
    call = Discretion().pytest_runtest_call()
    next(call)
    log.error("%s does not answer", "Wilhelmina Roth")
    with pytest.raises(AssertionError, match="about somebody"):
        call.send(None)
    assert heard == []


def test_a_fault_is_heard_too_and_tells_nothing(alice: Staff, signed_in: SignedIn) -> None:
    try:
        raise KeyError("张桂兰 13800001234 zhang@example.com")
    except KeyError:
        log.exception("message 7 cannot be checked")
    (line,) = heard
    assert "Traceback" in line
    assert "KeyError: '**** **** ****'" in line
