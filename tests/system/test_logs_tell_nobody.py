"""What web and workers log while people are looked for, misspelt, refused, written to in vain: each line can be found
by its number, and none tells whom it was about. As in a hospital, one JSON object a line; on PostgreSQL, whose errors
quote the row. Mission J1.
"""

import json
import time
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from tests.discretion import ESCAPED
from tests.messaging.mail_server import MailServer, at, mail_server

from .named_hospital import CARD, FOREIGNER, MAIL, REFUSED, SECRET, Caller, prepare
from .test_make_run import Server, serving

pytestmark = pytest.mark.system
WAIT_SECONDS = 60
NUMBER = "13987654321"


@dataclass
class Said:
    """`lines`: what was logged; `answers`: status, method and path of each answer, by the id that it carried."""

    output: str
    lines: list[dict[str, Any]]
    answers: dict[str, tuple[int, str]]
    people: set[str]


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory, servers: dict[str, str]) -> Said:
    folder, database = tmp_path_factory.mktemp("logs"), {"DATABASE_URL": servers["DATABASE_URL"]}
    token, session, *people = prepare(folder, database)
    hospital = {"DEMO": "0", "HTTPS": "0", "SECRET_KEY": SECRET, "ALLOWED_HOSTS": "127.0.0.1", **database}
    with mail_server(at("rcpt", f"550 <{MAIL}> is nobody")) as mail:
        hospital |= {"EMAIL_URL": mail.url, "EMAIL_FROM": "crm@hospital.example"}
        with serving(folder, **hospital) as server:
            server.wait_until_ready()
            caller = Caller(server, token, session)
            ask_in_every_way(caller, people[0])
            let_workers_fail(server, mail)
            output = said_by_now(server, caller)
    lines = [json.loads(line[line.index("{") :]) for line in output.splitlines() if "{" in line]
    return Said(output, lines, caller.answers, set(people))


def ask_in_every_way(caller: Caller, name: str) -> None:
    """With the name and number of somebody on file: in the query, the path, the body and the headers."""
    new = {"name": FOREIGNER, "card": CARD, "sex": "unknown", "submission": str(uuid4())}
    for text in (name, FOREIGNER, NUMBER, CARD):
        for path in ("/search/?q=", "/patients/?q=", "/calls/?q=", "/outbox/?q=", "/api/v1/patients/?q="):
            assert caller.ask(path + text) == 200
        assert caller.ask("/api/v1/search/", {"q": text}) == 200
        for path in ("/nowhere/", "/patients/", "/api/v1/patients/", "/api/v1/nowhere/"):
            assert caller.ask(f"{path}{text}/".replace(f"/{FOREIGNER}", "/x")) == 404
    patient = caller.found(f"/api/v1/patients/?q={NUMBER}")
    assert caller.ask("/api/v1/patients/", {**new, "sex": name, "phones": [{"number": "98"}]}) == 400
    assert caller.ask("/api/v1/patients/", f'{{"name": "{name}", "card": {CARD}') == 400
    assert caller.ask(f"/api/v1/patients/{patient}/", {"name": name, "version": 0}, "PATCH") == 409
    assert caller.ask("/api/v1/patients/", {**new, "name": REFUSED}) == 500
    assert caller.ask("/patients/new/", f"name={name}") == 403  # without the token of a form
    assert caller.ask("/patients/", Host=f"{NUMBER}.example") == 400
    assert caller.ask("/patients/", **{"User-Agent": NUMBER, "X-Request-ID": FOREIGNER}) == 200


def said_by_now(server: Server, caller: Caller) -> str:
    """All that the processes have said, once what they said of the last request has come through the pipe."""
    end, last = time.monotonic() + WAIT_SECONDS, list(caller.answers)[-1]
    while server.output().count(last) < 2 and time.monotonic() < end:
        time.sleep(0.1)
    return server.output()


def let_workers_fail(server: Server, mail: MailServer) -> None:
    """The mail server knows nobody and says whom; and the database does not let the worker write it down."""
    end = time.monotonic() + WAIT_SECONDS
    while not (mail.reached["rcpt"] and "deliver_due[" in server.output()):
        assert time.monotonic() < end, server.output()[-4000:]
        time.sleep(0.2)


def test_each_request_is_found_by_the_number_that_its_answer_carried(said: Said) -> None:
    began = {line["request_id"]: line for line in said.lines if line["event"] == "request_started"}
    ended = {line["request_id"]: line for line in said.lines if line["event"] in ("request_finished", "request_failed")}
    assert len(said.answers) > 40
    for number, (status, request) in said.answers.items():
        assert ended[number]["code"] == status
        assert ended[number]["user_id"] or status == 404  # where an address leads nowhere nobody reads the token
        if request.isascii() and CARD not in request and NUMBER not in request:
            assert began[number]["request"] == ended[number]["request"] == request


def test_a_fault_of_the_database_tells_the_constraint_and_no_row(said: Said) -> None:
    (failed,) = (line for line in said.lines if line["event"] == "request_failed")
    assert "unwanted" in failed["exception"]
    assert said.answers[failed["request_id"]][0] == 500


def test_a_task_that_fails_is_found_by_its_number(said: Said) -> None:
    failed = [line for line in said.lines if "stuck" in line.get("exception", "")]
    assert failed
    assert all(line["task_id"] and line["task"] == "messaging.tasks.deliver_due" for line in failed)
    assert all(line["task_id"] in line["event"] for line in failed)


def test_no_line_tells_a_name_a_number_or_an_address(said: Said) -> None:
    told = {FOREIGNER, REFUSED, CARD, NUMBER, MAIL, *said.people}
    assert len(told) > 100
    assert {word for word in told if word in said.output} == set()
    assert ESCAPED.findall(said.output) == []
