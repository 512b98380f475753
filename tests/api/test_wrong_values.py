"""Values of the wrong kind, wherever they are sent: said at their place, and nothing is done. Mission J1."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from accounts.models import Staff
from followups.models import Attempt
from patients.models import Patient
from promises.models import Promise
from tests import make
from tests.api.test_patients import sent

pytestmark = pytest.mark.usefixtures("clock")
HALF = "\\ud800"  # half a character, as JSON writes it


@pytest.fixture
def promise(alice: Staff, zhang: Patient, now: datetime) -> Promise:
    return make.promise(zhang, owner=alice, at=now)


@pytest.mark.parametrize(
    ("url", "body"),
    [
        ("calls/", '{"disposition": "%s"}'),
        ("calls/", '{"promised": {"kind": "%s"}}'),
        ("attempts/", '{"outcome": "%s", "promise": 1}'),
        ("patients/", '{"sex": "%s", "name": "x"}'),
        ("patients/", '{"%s": "x"}'),
        ("calls/export/", '{"format": "%s"}'),
        ("search/", '{"q": "%s"}'),
    ],
)
def test_half_a_character_is_unreadable(line: Client, url: str, body: str) -> None:
    answer = line.post(f"/api/v1/{url}", body % HALF, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")


def test_half_a_number_is_nobodys_key(line: Client, dana: Staff, promise: Promise) -> None:
    half = promise.pk + 0.9
    tried = sent(line, "post", "/api/v1/attempts/", promise=half, outcome="no_answer")
    called = sent(line, "post", "/api/v1/calls/", patient=half, disposition="silent")
    given = sent(make.client_of(dana), "post", "/api/v1/promises/reassign/", promises=[promise.pk], owner=half)
    for answer, field in ((tried, "promise"), (called, "patient"), (given, "owner")):
        assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert not Attempt.objects.exists()


@pytest.mark.parametrize("key", [1.0, 1.5, True, "1_0", " 1 ", "１", [1], "x"])
@pytest.mark.parametrize(
    ("who", "url", "field"),
    [
        ("dana", "promises/{promise}/hand-over/", "to"),
        ("dana", "promises/{promise}/release/", "team"),
        ("dana", "promises/spread/", "among"),
        ("dana", "calls/", "contact"),
        ("dana", "patients/", "department"),
        ("dana", "patients/", "source"),
        ("frank", "departments/", "head"),
        ("frank", "teams/", "lead"),
        ("frank", "staff/", "department"),
        ("frank", "absences/", "deputy"),
        ("frank", "audit/export/", "who"),
    ],
)
def test_what_is_no_key_names_nobody(
    dana: Staff, frank: Staff, promise: Promise, who: str, url: str, field: str, key: Any
) -> None:
    office = make.client_of(dana if who == "dana" else frank)
    sending = [key] if field == "among" else key
    answer = sent(office, "post", f"/api/v1/{url.format(promise=promise.pk)}", **{field: sending})
    assert answer.status_code == 400
    assert field in answer.json()["errors"]


@pytest.mark.parametrize("submission", [777001, 7.5, True, ["x"], {"x": 1}])
def test_a_submission_is_text(line: Client, submission: Any) -> None:
    answer = sent(line, "post", "/api/v1/patients/", name="李小梅", submission=submission)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["submission"])


@pytest.mark.parametrize("room", ["calls", "audit"])
@pytest.mark.parametrize("accept", ["text/csv", "text/csv, application/problem+json", "application/json", "*/*"])
def test_a_file_is_given_whatever_is_accepted_and_so_is_what_is_wrong(dana: Staff, room: str, accept: str) -> None:
    answer = make.client_of(dana).get(f"/api/v1/{room}/export/999/", headers={"Accept": accept})
    assert (answer.status_code, answer["Content-Type"], answer.json()["code"]) == (
        404,
        "application/problem+json",
        "not_found",
    )


@pytest.mark.parametrize(("method", "accept", "status"), [("get", "text/html", 406), ("post", "*/*", 405)])
def test_the_schema_says_what_is_wrong_in_json(line: Client, method: str, accept: str, status: int) -> None:
    answer = getattr(line, method)("/api/v1/schema/", headers={"Accept": accept})
    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert (Client().get("/api/v1/schema/").status_code, Client().get("/api/v1/schema/").json()["status"]) == (401, 401)
