"""The run of all tests says how fast they were, those that ask for no page apart from those that do."""

from pathlib import Path

import pytest
from django.test import Client

from tools.pace import of_report, sentence

CASE = '<testcase name="t"><properties>{}</properties></testcase>'
NOTE = '<property name="{}" value="{}"/>'


def case(**notes: object) -> str:
    return CASE.format("".join(NOTE.format(name.replace("_", " "), value) for name, value in notes.items()))


def said(folder: Path, *cases: str) -> str:
    report = folder / "tests.xml"
    report.write_text(f"<testsuites><testsuite>{''.join(cases)}</testsuite></testsuites>", encoding="utf-8")
    return of_report(report)


def test_tests_with_requests_do_not_hide_in_the_average_of_the_others(tmp_path: Path) -> None:
    quick = [case(requests=0, seconds=each) for each in (0.010, 0.015)]
    line = said(tmp_path, *quick, case(requests=3, seconds=0.2), case(requests=1, seconds=0.1))
    assert line == "2 tests without a request took 12.5 ms on average (aim: 15), 2 with requests 150.0 ms"


def test_what_is_slower_than_the_aim_is_said(tmp_path: Path) -> None:
    assert "1 tests without a request took 15.1 ms on average (aim: 15, MORE THAN THAT)" in said(
        tmp_path, case(requests=0, seconds=0.0151)
    )


def test_what_was_skipped_or_waits_for_browsers_and_servers_does_not_count(tmp_path: Path) -> None:
    skipped = case(requests=0, seconds=0).replace("</testcase>", "<skipped/></testcase>")
    waiting = case(requests=0, seconds=60, of_browsers_and_servers=1)
    assert said(tmp_path, case(requests=0, seconds=0.01), skipped, waiting).startswith("1 tests without a request took")


def test_nothing_has_no_average() -> None:
    assert sentence([]).startswith("0 tests without a request took 0.0 ms")


@pytest.mark.parametrize("number", [0, 2])
def test_a_request_is_one_however_it_is_answered(number: int, client: Client, pytestconfig: pytest.Config) -> None:
    (pace,) = (each for each in pytestconfig.pluginmanager.get_plugins() if type(each).__name__ == "Pace")
    for _ in range(number):
        client.get("/healthz")
    assert pace.requests == number
