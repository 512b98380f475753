"""Pure rules about calls: what an ending needs, and to whom digits lead."""

from datetime import date, datetime, tzinfo

# How a call ends, by the codes of Call.Disposition.
PROMISES = frozenset({"ring_back", "passed_on", "complaint"})
WITHOUT_TOPIC = frozenset({"wrong_number", "silent"})
NOT_YET = frozenset({"booked"})  # until appointments can be made

# What an outgoing call says about the try to keep a promise; whatever else it ended with, somebody was reached.
OUTCOMES = {"silent": "no_answer", "wrong_number": "wrong_number"}
REACHED, CALL_LATER = "reached", "call_later"
MOST_TOPICS = 8  # of one call
DAYS_SEARCHED, MOST_DAYS_SEARCHED = 31, 366  # for words, which no index finds: unless said otherwise, and at most


def was_spoken(disposition: str) -> bool:
    """Whether somebody spoke with whom the call was about."""
    return disposition not in WITHOUT_TOPIC


def promise_kind(disposition: str, chosen: str) -> str:
    """What sort of promise an ending makes; "" for none. Only a call back comes in several sorts."""
    if disposition not in PROMISES:
        return ""
    return (chosen or "ring_back") if disposition == "ring_back" else "look_into"


def outcome_of(disposition: str, kind: str) -> str:
    """How the try went that the call was."""
    if kind == "ring_back":
        return CALL_LATER
    return OUTCOMES.get(disposition, REACHED)


def read_local(text: str, zone: tzinfo) -> datetime | None:
    """The moment that a browser's field for date and time holds; None for anything else."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone)
    except ValueError:
        return None


def days_searched(since: date | None, until: date | None, today: date) -> tuple[date, date]:
    """The first and the last day in whose calls words are looked for: the last month, or what was asked for."""
    last = until or today
    first = since or _before(last, DAYS_SEARCHED)
    return max(first, _before(last, MOST_DAYS_SEARCHED)), last


def _before(last: date, days: int) -> date:
    """The first of so many days, as far as the calendar goes."""
    return date.fromordinal(max(1, last.toordinal() - days + 1))
