"""Reads what the product logs during each test, as it would write it down: nothing in it is about a person.

What `tests.make` puts on file is noted as it is made. Whatever is not ASCII is no word of ours, whoever it was about.
"""

import logging
import re
from collections import deque
from collections.abc import Generator, Iterable

import pytest

MOST = 400  # words; what an earlier test has put on file, or something for all of them, is looked for too
LEAST_DIGITS = 6
ESCAPED = re.compile(r"\\u(?!00[0-7])[0-9a-f]{4}|%[89A-F][0-9A-F]")  # no word of ours, written otherwise
on_file: deque[str] = deque(maxlen=MOST)
heard: list[str] = []


def note(*words: str) -> None:
    """Names, numbers and addresses that no log may hold. A few letters or digits stand in moments and ids by chance."""
    on_file.extend(word for word in words if len(word) > (LEAST_DIGITS if any(map(str.isdigit, word)) else 2))


class Listener(logging.Handler):
    """In the place of a process's standard output."""

    def emit(self, record: logging.LogRecord) -> None:
        heard.append(self.format(record))


def told(lines: Iterable[str]) -> list[str]:
    """The lines that tell something about somebody."""
    text = "\n".join(lines)
    words = [re.compile(rf"\b{re.escape(word)}\b") for word in set(on_file) if word in text]
    words.append(ESCAPED)
    return [line for line in text.splitlines() if not line.isascii() or any(word.search(line) for word in words)]


class Discretion:
    """Whoever told something during a test has failed it."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Generator[None, object, object]:
        result = yield
        said = heard.copy()
        heard.clear()
        if about := told(said):
            raise AssertionError("\n".join(["a line of the log is about somebody", *about]))
        return result
