"""What the schema says is what is answered: second sendings, faults, other ways of speaking. Mission J1."""

from typing import Any
from uuid import uuid4

import pytest
import yaml
from django.test import Client

from tests import make
from tests.api.test_patients import URL, sent

Operations = dict[str, dict[str, Any]]

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def schema(line: Client) -> dict[str, Any]:
    said: dict[str, Any] = yaml.safe_load(line.get("/api/v1/schema/").content)
    return said


def problem_of(schema: dict[str, Any], answer: Any) -> dict[str, Any]:
    """The answer, after it was seen to hold no field that the schema does not know."""
    assert answer["Content-Type"] == "application/problem+json"
    problem = schema["components"]["schemas"]["Problem"]
    said: dict[str, Any] = answer.json()
    assert set(problem["required"]) <= said.keys() <= problem["properties"].keys()
    return said


def test_whatever_creates_says_what_a_second_sending_gets(schema: dict[str, Any]) -> None:
    creating = {
        f"{method} {path}": operation
        for path, operations in schema["paths"].items()
        for method, operation in operations.items()
        if "201" in operation["responses"]
    }
    once = {name for name, operation in creating.items() if "200" in operation["responses"]}
    assert creating.keys() - once == {"post /api/v1/calls/{id}/correct/"}  # a call is corrected once: then 409
    assert len(once) > 8


def test_an_answer_has_every_field_that_it_can_have(schema: dict[str, Any]) -> None:
    promise = schema["components"]["schemas"]["Promise"]
    assert set(promise["required"]) == promise["properties"].keys() >= {"state", "revision"}
    assert "state" not in schema["components"]["schemas"]["PromisedRequest"].get("required", [])


def test_who_looked_has_every_field_that_it_says(schema: dict[str, Any], dana: Any) -> None:
    path = "/api/v1/patients/{id}/looks/"
    said = schema["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    shape = schema["components"]["schemas"][said["$ref"].rpartition("/")[2]]
    answer = make.client_of(dana).get(path.format(id=make.patient("张桂兰").pk)).json()
    assert set(shape["required"]) == shape["properties"].keys() == answer.keys() >= {"not_shown"}


def test_a_rule_is_said_with_its_field(line: Client, schema: dict[str, Any], alice: Any, frank: Any, now: Any) -> None:
    promise = make.promise(owner=alice, at=now)
    answer = sent(line, "post", f"/api/v1/promises/{promise.pk}/hand-over/", to=frank.pk, revision=promise.revision)
    assert (answer.status_code, problem_of(schema, answer)["field"]) == (409, "to")


def test_other_ways_of_speaking_are_refused_as_the_schema_says(line: Client, schema: dict[str, Any]) -> None:
    said = schema["paths"][URL]["post"]["responses"]
    read = line.get(URL, headers={"Accept": "text/csv"})
    form = line.post(URL, {"name": "李小梅", "submission": str(uuid4())})  # as a form
    wrong = line.put(URL, {}, content_type="application/json")
    for answer, status, code in ((read, 406, "not_acceptable"), (form, 415, "unsupported_media_type")):
        assert (answer.status_code, problem_of(schema, answer)["code"], str(status) in said) == (status, code, True)
    assert (wrong.status_code, problem_of(schema, wrong)["code"]) == (405, "method_not_allowed")


def test_a_fault_names_the_request(line: Client, schema: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    line.raise_request_exception = False
    monkeypatch.setattr("patients.api.patients.services.register_patient", lambda **_: 1 / 0)
    answer = sent(line, "post", URL, name="李小梅")
    said = problem_of(schema, answer)
    assert (answer.status_code, said["code"]) == (500, "error")
    assert said["request_id"]
    assert "李小梅" not in answer.content.decode()
