"""Ours and the floor in turn, in the same minute; what is told is the median and the 95th percentile of all turns."""

from __future__ import annotations

import http.client
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import cycle, islice
from typing import Any

ROUNDS = 5
WARM_UP = 5


@dataclass(frozen=True)
class Times:
    p50_ms: float
    p95_ms: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Times:
        ordered = sorted(seconds)
        p95 = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
        return cls(round(1000 * statistics.median(ordered), 3), round(1000 * p95, 3))


@dataclass
class Result:
    """One line of the table. `ratio` is floor / ours by medians: 1 is as fast, 0.5 takes twice the floor's time."""

    name: str
    rows: int
    ours_p50_ms: float
    ours_p95_ms: float
    floor_p50_ms: float | None
    floor_p95_ms: float | None
    ratio: float | None
    queries: int | None
    goal: str
    met: bool | None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Ask:
    """One request and the status that it must be answered with; a benchmark of error pages would be no benchmark."""

    method: str
    path: str
    body: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    status: int = 200


class Site:
    """A web server on this machine, spoken to over one connection that stays."""

    def __init__(self, port: int, cookies: str) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookies = cookies

    def hang_up(self) -> None:
        """The next request begins a new line: a server hangs up by itself on whoever was silent for long."""
        self._line.close()

    def send(self, ask: Ask) -> tuple[float, bytes]:
        headers = {"Cookie": self._cookies, "Accept-Language": "zh-Hans", **dict(ask.headers)}
        began = time.perf_counter()
        self._line.request(ask.method, ask.path, ask.body.encode() or None, headers)
        answer = self._line.getresponse()
        body = answer.read()
        took = time.perf_counter() - began
        if answer.status != ask.status:
            raise RuntimeError(f"{ask.method} {ask.path}: {answer.status} instead of {ask.status}: {body[:500]!r}")
        return took, body


def in_turns(ours: Callable[[int], float], floor: Callable[[int], float], count: int) -> tuple[Times, Times]:
    """Each does its n-th piece of work and tells its seconds; in rounds, so that a slow minute hits both."""
    mine: list[float] = []
    theirs: list[float] = []
    for warm in range(WARM_UP):
        ours(warm)
        floor(warm)
    for turn in range(ROUNDS):
        part = range(turn * count // ROUNDS, (turn + 1) * count // ROUNDS)
        mine += [ours(each) for each in part]
        theirs += [floor(each) for each in part]
    return Times.of(mine), Times.of(theirs)


def repeated(values: Iterable[Any], count: int) -> list[Any]:
    return list(islice(cycle(values), count))
