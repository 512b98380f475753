"""Hooks of Schemathesis (SCHEMATHESIS_HOOKS): of each three made-up requests two name what is there, in the version
that stands, and times that are near, so that they reach what lies behind "not found". What is chosen follows from the
request alone.
"""

from __future__ import annotations

import os
import sqlite3
import zlib
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import schemathesis

from tests.system.fuzz_rows import ROWS, VERSIONED, WORDS

FIRST = 4  # of the rows are chosen in two of three cases, for the caller has to do with them
MOST = 400
WHOLE_CALLS = ("/api/v1/calls/", "/api/v1/calls/{id}/correct/")
KEPT: tuple[str, ...] = ("submission", "patient", "note", "age", "residence", "reason")
# From now, in minutes and in days.
TIMES = {"due_at": 180, "next_at": 120, "started_at": -20, "ended_at": -5}
DAYS = {"starts_on": 1, "ends_on": 3, "since": -20, "until": 0}


def rows(question: str) -> list[Any]:
    address = f"file:{os.environ['FUZZ_DATABASE']}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=20)) as connection:
        values = {"me": os.environ["FUZZ_AS"]} if ":me" in question else {}
        return [row[0] for row in connection.execute(question, values).fetchmany(MOST)]


class Chance:
    """The same for the same request."""

    def __init__(self, seed: str) -> None:
        self.seed = zlib.crc32(seed.encode(errors="replace"))

    def below(self, count: int) -> int:
        self.seed = zlib.crc32(self.seed.to_bytes(4, "big"))
        return self.seed % count

    def row(self, kind: str) -> Any:
        found = rows(ROWS[kind]) or [0]
        return found[self.below(min(FIRST, len(found)) if self.below(3) else len(found))]


@schemathesis.hook
def before_call(context: schemathesis.HookContext, case: schemathesis.Case[Any], kwargs: dict[str, Any]) -> None:
    chance = Chance(f"{case.method}{case.path}{case.path_parameters}{case.query}{case.body!r}")
    if not chance.below(3):
        return
    room = case.path.split("/")[3]
    path: dict[str, Any] = dict(case.path_parameters or {})
    case.path_parameters = path | dict.fromkeys(path, chance.row(named_in(case.path, room)))
    query: dict[str, Any] = dict(case.query or {})
    case.query = {name: near(name, value, chance) for name, value in query.items() if name != "cursor"}
    if isinstance(case.body, dict):
        body = {name: near(name, value, chance) for name, value in case.body.items()}
        body |= standing(case, room, body)
        case.body = whole_call(body, chance) if case.path in WHOLE_CALLS and chance.below(2) else body


def named_in(path: str, room: str) -> str:
    """Which rows the number in an address means."""
    return "jobs" if "export" in path else "nameless" if path.endswith("/caller/") else room if room in ROWS else "jobs"


def near(name: str, value: Any, chance: Chance) -> Any:
    """The value, or one for the same word that means something here."""
    if isinstance(value, dict):
        return {each: near(each, inner, chance) for each, inner in value.items()}
    if isinstance(value, list):
        return [near(name, inner, chance) for inner in value]
    known: dict[str, Callable[[], Any]] = {
        **{word: lambda word=word: chance.row(WORDS[word]) for word in WORDS},  # type: ignore[misc]
        **{word: lambda word=word: later(minutes=TIMES[word]).isoformat() for word in TIMES},  # type: ignore[misc]
        **{word: lambda word=word: later(days=DAYS[word]).date().isoformat() for word in DAYS},  # type: ignore[misc]
        "number": lambda: f"0571 876{chance.below(90000) + 10000}",
        "birth": lambda: str(1940 + chance.below(60)),
        "q": lambda: chance.row("names"),
    }
    return value if value is None or name not in known else known[name]()


def whole_call(body: dict[str, Any], chance: Chance) -> dict[str, Any]:
    """A call that somebody could have had: what made-up words would contradict is left out."""
    kept = {name: body[name] for name in KEPT if name in body}
    times = {name: later(minutes=TIMES[name]).isoformat() for name in ("started_at", "ended_at")}
    return {**kept, **times, "disposition": "answered", "topics": [{"topic": chance.row("topics")}]}


def later(**ago: int) -> datetime:
    return datetime.now(UTC) + timedelta(**ago)


def standing(case: schemathesis.Case[Any], room: str, body: dict[str, Any]) -> dict[str, Any]:
    """Version or revision: whoever changes something has read what stands there."""
    key = (case.path_parameters or {}).get("id")
    if case.method.upper() == "PATCH" and room in VERSIONED:
        return {"version": first(f"SELECT version FROM {VERSIONED[room]}", key)}
    if "revision" in body:
        return {"revision": first("SELECT revision FROM promises_promise", key or body.get("promise"))}
    return {}


def first(question: str, key: object) -> Any:
    return (rows(f"{question} WHERE id = {key}" if isinstance(key, int) else question) or [0])[0]
