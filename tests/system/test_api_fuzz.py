"""Whatever a program sends, as whichever role: an answer as the schema says, nobody else's patients, and silent logs.

Schemathesis makes up requests from the schema that the product itself publishes. Mission J1.
"""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tools.steps import PYTHON, ROOT

from .test_make_run import OF_THE_TEST_RUN, Server, serving

ROLES = ("line", "desk", "complaint", "nurse", "doctor", "adviser", "manager", "admin")  # who changes others comes last
CHECKS = "not_a_server_error,response_schema_conformance,content_type_conformance"
EXAMPLES = 3  # of each of some seventy operations

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("fuzz"), API_RATE="1000000") as running:
        running.wait_until_ready()
        yield running


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


def rows(server: Server, question: str, *values: str) -> set[str]:
    with closing(sqlite3.connect(f"file:{server.folder}/hospital_crm.sqlite3?mode=ro", uri=True)) as connection:
        return {str(value) for (value,) in connection.execute(question, values) if value}


def out_of_sight(server: Server, username: str) -> set[str]:
    """Numbers of patients whom the role must not see: the administrator nobody; a doctor no one of another department
    to whom neither the doctor nor a team of the doctor's ever owed anything.
    """
    if username == "admin":
        return rows(server, "SELECT number FROM patients_patient")
    if username != "doctor":
        return set()
    return rows(
        server,
        """
        SELECT number FROM patients_patient AS patient, accounts_staff AS staff
        WHERE staff.username = ? AND patient.department_id IS NOT staff.department_id AND patient.id NOT IN (
            SELECT patient_id FROM patients_accessgrant AS given
            WHERE given.staff_id = staff.id
            OR given.team_id IN (SELECT team_id FROM accounts_team_members WHERE staff_id = staff.id)
        )
        """,
        username,
    )


def fuzz(server: Server, username: str, folder: Path) -> str:
    """All that was said to the program. Fails where an answer is not what the schema says."""
    report = folder / f"{username}.har"
    command = [str(PYTHON.with_name("st")), "run", f"http://127.0.0.1:{server.port}/api/v1/schema/"]
    command += ["--header", f"Authorization: Bearer {token(server, username)}", "--checks", CHECKS]
    command += ["--phases", "fuzzing", "--max-examples", str(EXAMPLES), "--seed", "7", "--generation-database", "none"]
    command += ["--continue-on-failure", "--no-color", "--report", "har", "--report-har-path", str(report)]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout[-6000:]
    assert "Authentication failed: 7" not in ran.stdout, "the token opened nothing"
    return report.read_text(encoding="utf-8")


@pytest.mark.parametrize("username", ROLES)
def test_nothing_breaks_and_nobody_sees_more_than_they_may(server: Server, tmp_path: Path, username: str) -> None:
    hidden = out_of_sight(server, username)
    said = fuzz(server, username, tmp_path)
    assert {number for number in hidden if number in said} == set()
    assert "P-000" in said or username == "admin", "no patient was ever shown: that would be no test"


def test_the_logs_tell_no_name_and_no_number_of_a_patient(server: Server) -> None:
    names = {name for name in rows(server, "SELECT name FROM patients_patient") if len(name) > 1}
    numbers = rows(server, "SELECT digits FROM patients_phone WHERE length(digits) > 6")
    output = server.output()
    assert {told for told in names | numbers if told in output} == set()
