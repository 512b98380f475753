"""What a log line does not tell: whose row it was, what somebody typed, a number, an address.

Names cannot be told from other words. But whatever people type here is mostly not ASCII, and our own lines are; what
a database or a path quotes is cut as a whole.
"""

import re
from typing import Any

from structlog.typing import EventDict

HIDDEN = "****"
# What a database adds to an error: the row, the key or the statement, as it was sent. Once more as Celery quotes it.
ROW = re.compile(r"\n(?:DETAIL|CONTEXT|LINE \d+): .*?(?=\n\n|\Z)", re.DOTALL)
QUOTED_ROW = re.compile(r"\\n(?:DETAIL|CONTEXT|LINE \d+): .*")
# invalid input syntax for type bigint: "****"
VALUE = re.compile(r"(invalid input (?:syntax|value) [^:\n]*: ).*|(date/time field value out of range: ).*")
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
FOREIGN = re.compile(r"[^\x00-\x7f]+")
# A telephone or identity number, in one piece or in groups; not part of an id, a moment or a hash.
NUMBER = re.compile(r"(?<![\w.:-])\+?(?:\d{7,20}[xX]?|\d{2,4}(?:[ -]\d{3,4}){2,3})(?![\w:-])")
OWN = frozenset({"timestamp", "level", "request_id", "task_id", "user_id", "code"})


def without_rows(_logger: Any, _name: str, event: EventDict) -> EventDict:
    """A traceback in the logs tells which constraint was broken, and nobody's name or number."""
    for name in ("event", "exception"):
        if isinstance(told := event.get(name), str) and ("\n" in told or "\\n" in told or "invalid" in told):
            event[name] = VALUE.sub(rf"\1\2{HIDDEN}", QUOTED_ROW.sub("", ROW.sub("", told)))
    return event


def without_people(_logger: Any, _name: str, event: EventDict) -> EventDict:
    """Whatever was quoted on the way: what is not ASCII, looks like a number of a person, or is an address of one."""
    for name, told in event.items():
        if name not in OWN and isinstance(told, str):
            event[name] = discreet(told)
    return event


def discreet(told: str) -> str:
    if not told.isascii():
        told = FOREIGN.sub(HIDDEN, told)
    if "@" in told:
        told = ADDRESS.sub(HIDDEN, told)
    return NUMBER.sub(HIDDEN, told)
