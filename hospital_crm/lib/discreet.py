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
ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
FOREIGN = re.compile(r"[^\x00-\x7f]+")
# The same as a log, a traceback or an address writes it.
ESCAPED = re.compile(r"(?:\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[89a-fA-F][0-9a-fA-F])|%[89A-Fa-f][0-9A-Fa-f])+")
# What leads to a row, a request, a moment, a machine or a place in memory stays; a shorter number is a key, too.
KEPT = (
    r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
    r"|\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)?(?!\d)"
    r"|\d{1,3}(?:\.\d{1,3}){3}(?![\d.])|0x[0-9a-f]+"
)
# Nine digits and more, however they are grouped; behind a letter they are part of a name.
DIGITS = r"\(?\d(?:(?:%20|[ ._()-]){0,2}\d){8,19}[xX]?"
NUMBER = re.compile(rf"({KEPT})|(?:%2B|(?<=%[0-9A-Fa-f]{{2}})|(?<=\\[nrt])|(?<![0-9A-Za-z])\+?){DIGITS}(?![0-9A-Za-z])")
LARGEST_KEY = 10**8
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
        if name in OWN or told is None or isinstance(told, bool | float):
            continue
        if not isinstance(told, int) or abs(told) > LARGEST_KEY:
            event[name] = discreet(str(told))
    return event


def discreet(told: str) -> str:
    if not told.isascii():
        told = FOREIGN.sub(HIDDEN, told)
    if "@" in told:
        told = ADDRESS.sub(HIDDEN, told)
    if "\\" in told or "%" in told:
        told = ESCAPED.sub(HIDDEN, told)
    return NUMBER.sub(lambda found: found[1] or HIDDEN, told)
