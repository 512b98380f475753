"""What the database alone takes: each look-up as the pages do it, only its SQL timed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.models import Staff
from consult.reports.callers import Callers
from dashboards.reports.figures import promise_figures
from dashboards.reports.search import find_people
from patients.models import Patient
from patients.services.alike import Typed, find_alike

from .samples import NOBODY, Samples
from .timing import Result, Times, repeated

COUNT = 200


class Watch:
    """Seconds and number of the statements while it looks."""

    def __init__(self) -> None:
        self.seconds, self.queries = 0.0, 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.seconds += time.perf_counter() - began
            self.queries += 1


@contextmanager
def watched() -> Iterator[Watch]:
    watch = Watch()
    with connection.execute_wrapper(watch):
        yield watch


def measure(name: str, rows: int, goal_ms: float, look: Callable[[Any], object], asked: list[Any]) -> Result:
    seconds, queries = [], 0
    for value in asked:  # the database has it in memory, as a hospital's has what is looked up all day
        look(value)
    for value in repeated(asked, COUNT):
        with watched() as watch:
            look(value)
        seconds.append(watch.seconds)
        queries = max(queries, watch.queries)
    times = Times.of(seconds)
    goal = f"SQL p95 <= {goal_ms:g} ms"
    return Result(name, rows, times.p50_ms, times.p95_ms, None, None, None, queries, goal, times.p95_ms <= goal_ms)


def look_ups(rows: int, staff: Staff, samples: Samples) -> Iterator[Result]:
    def candidates(number: str) -> object:
        return Callers(staff=staff, today=timezone.localdate(), number=number, name="", who="").candidates

    def search(text: str) -> object:
        return list(find_people(staff=staff, text=text).patients)

    def alike(typed: Typed) -> object:
        return find_alike(typed, among=Patient.objects.visible_to(staff).with_card(), today=timezone.localdate())

    typed = [Typed(name, phone, birth="1960") for name, phone in zip(samples.names, samples.numbers, strict=False)]
    yield measure("sql: candidates by number", rows, 1, candidates, samples.numbers)
    yield measure("sql: name, whole", rows, 5, search, samples.names)
    yield measure("sql: name, two characters", rows, 5, search, samples.two_characters)
    yield measure("sql: name, one character", rows, 5, search, samples.one_character)
    yield measure("sql: name that nobody has", rows, 1, search, NOBODY)
    yield measure("sql: pinyin", rows, 15, search, samples.pinyin)
    yield measure("sql: initials", rows, 15, search, samples.initials)
    yield measure("sql: last four digits", rows, 15, search, samples.endings)
    yield measure("sql: who is alike, while one types", rows, 50, alike, typed)


def figures(rows: int, manager: Staff) -> Result:
    now = timezone.now()
    days = {"since": timezone.localdate(now) - timedelta(days=29), "until": timezone.localdate(now)}
    return measure(
        "sql: figures of 30 days", rows, 15, lambda _: promise_figures(staff=manager, **days, at=now), [None]
    )
