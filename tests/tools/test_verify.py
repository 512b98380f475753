"""The run of all tests says how fast they were."""

from pathlib import Path

from tools.verify import speed


def test_speed_is_the_time_of_the_run_by_the_tests_that_ran(tmp_path: Path) -> None:
    report = tmp_path / "tests.xml"
    report.write_text(
        '<?xml version="1.0"?><testsuites><testsuite name="pytest" errors="0" failures="0" skipped="4" tests="204"'
        ' time="3.1"/></testsuites>',
        encoding="utf-8",
    )
    assert speed(report) == "15.5 ms per test on average (200 tests)"
