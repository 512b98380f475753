"""Notes with each test how many requests it sent and how long it took, and says at the end how fast they were."""

from collections.abc import Generator
from time import perf_counter

import pytest
from django.conf import settings
from django.core.signals import request_started

from tools.pace import OTHERS, REQUESTS, SECONDS, sentence


class Pace:
    def __init__(self) -> None:
        self.requests, self.began = 0, 0.0
        request_started.connect(self.count)

    def count(self, **_: object) -> None:
        self.requests += 1

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self) -> Generator[None, object, object]:
        """From its first fixture to its last, with whatever pytest itself does in between."""
        self.requests, self.began = 0, perf_counter()
        return (yield)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> None:
        if call.when == "teardown":
            item.user_properties += [(REQUESTS, self.requests), (SECONDS, perf_counter() - self.began)]
            if item.get_closest_marker("browser") or item.get_closest_marker("system"):
                item.user_properties.append((OTHERS, "1"))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Where tests run in several processes, each has noted its own, and the reports come together here."""
        ran = {report.nodeid for report in terminalreporter.getreports("passed")}
        ends = (report for report in terminalreporter.getreports("") if report.when == "teardown")
        notes = [dict(report.user_properties) for report in ends if report.nodeid in ran]
        if any(OTHERS not in note for note in notes):
            where = settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]
            terminalreporter.write_line(f"{where}: {sentence(notes)}")
