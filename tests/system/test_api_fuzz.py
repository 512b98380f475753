"""Whatever a program sends, as whichever role: an answer as the schema says, nobody else's rows, and silent logs.

Schemathesis makes up requests from the schema that the product itself publishes; `fuzz_hooks.py` lets most of them name
what is there. FUZZ_EXAMPLES and FUZZ_SEED make another and longer run. Mission J1.
"""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.system.fuzz_answers import Said, check_rows, check_words, read
from tests.system.fuzz_sight import NUMBERS, hidden_rows, hidden_words
from tools.steps import PYTHON, ROOT

from .test_make_run import OF_THE_TEST_RUN, Server, serving

# How many acts, operations that change something, answered with 2xx at least; who changes others comes last. Without
# the hooks it would be half as many.
ACTS = {
    "line": 13,
    "desk": 10,
    "complaint": 9,
    "nurse": 10,
    "doctor": 9,
    "adviser": 8,
    "manager": 12,
    "admin": 10,
}
CHECKS = "not_a_server_error,response_schema_conformance,content_type_conformance,status_code_conformance"
EXAMPLES = os.environ.get("FUZZ_EXAMPLES", "4")  # of each of some eighty operations
SEED = os.environ.get("FUZZ_SEED", "7")
pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("fuzz"), API_RATE="1000000") as running:
        running.wait_until_ready()
        yield running


@pytest.fixture(scope="module")
def seeded(server: Server) -> dict[str, set[Any]]:
    """What each must not read, before anybody has made up people of any name."""
    return {username: column(server, hidden_words(username), username) for username in ACTS}


def token(server: Server, username: str) -> str:
    clean = {name: value for name, value in os.environ.items() if name not in OF_THE_TEST_RUN}
    issued = subprocess.run(
        [sys.executable, "manage.py", "issue_token", username, "Fuzzing"],
        cwd=ROOT,
        env=clean | {"DEMO": "1", "VAR_DIR": str(server.folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    return issued.stdout.strip()


def column(server: Server, question: str, username: str = "") -> set[Any]:
    with closing(sqlite3.connect(f"file:{database(server)}?mode=ro", uri=True)) as connection:
        values = {"me": username} if ":me" in question else {}
        return {value for (value,) in connection.execute(question, values)}


def database(server: Server) -> Path:
    return server.folder / "hospital_crm.sqlite3"


def fuzz(server: Server, username: str, folder: Path) -> list[Said]:
    """All that was said to the program. Fails where an answer is not what the schema says."""
    report = folder / f"{username}.har"
    command = [str(PYTHON.with_name("st")), "run", f"http://127.0.0.1:{server.port}/api/v1/schema/"]
    command += ["--header", f"Authorization: Bearer {token(server, username)}", "--checks", CHECKS]
    command += ["--phases", "fuzzing", "--max-examples", EXAMPLES, "--seed", SEED, "--generation-database", "none"]
    command += ["--continue-on-failure", "--no-color", "--report", "har", "--report-har-path", str(report)]
    hooks = {"SCHEMATHESIS_HOOKS": "tests.system.fuzz_hooks", "PYTHONPATH": str(ROOT)}
    hooks |= {"FUZZ_DATABASE": str(database(server)), "FUZZ_AS": username}
    ran = subprocess.run(command, cwd=folder, env=os.environ | hooks, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout.partition("= FAILURES =")[2][:6000] or ran.stdout[-6000:]
    return read(report)


@pytest.mark.parametrize("username", ACTS)
def test_nothing_breaks_and_nobody_sees_more_than_they_may(
    server: Server, seeded: dict[str, set[Any]], tmp_path: Path, username: str
) -> None:
    hidden = {kind: column(server, question, username) for kind, question in hidden_rows(username).items()}
    words = seeded[username] & column(server, hidden_words(username), username)
    numbers = column(server, NUMBERS)
    answers = fuzz(server, username, tmp_path)
    check_rows(answers, hidden)
    check_words(answers, words, numbers)
    shown = {key for said in answers if said.kind == "patients" for key in said.rows()}
    assert shown or username == "admin", "no patient was ever shown: that would be no test"
    acts = {said.operation for said in answers if said.method != "GET" and said.status < 300}
    assert len(acts) >= ACTS[username], sorted(acts)


def test_the_logs_tell_no_name_and_no_number_of_a_patient(server: Server) -> None:
    names = {name for name in column(server, "SELECT name FROM patients_patient") if len(name) > 1}
    output = server.output()
    assert {told for told in names | column(server, NUMBERS) if told in output} == set()
