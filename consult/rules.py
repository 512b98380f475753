"""Pure rules about calls: what an ending needs, and by when something can be promised."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

# How a call ends, by the codes of Call.Disposition.
PROMISES = frozenset({"ring_back", "passed_on", "complaint"})
WITHOUT_TOPIC = frozenset({"wrong_number", "silent"})
NOT_YET = frozenset({"booked"})  # until appointments can be made

OWN_TIME = "own"
LATEST_TODAY, FIRST_TOMORROW = 17, 10  # hours at which people say that they will ring
FEWEST_DIALLED = 7  # fewer digits are an ending by which somebody was looked up


@dataclass(frozen=True)
class DueChoice:
    """A time that is offered with one key; `code` is what the form sends."""

    code: str
    at: datetime


def due_choices(now: datetime) -> list[DueChoice]:
    """In an hour, today at five, tomorrow at ten, as far as they lie ahead; `now` in the hospital's zone."""
    in_an_hour = (now.astimezone(UTC) + timedelta(hours=1, minutes=1)).replace(second=0, microsecond=0)
    today = now.replace(hour=LATEST_TODAY, minute=0, second=0, microsecond=0)
    tomorrow = (now + timedelta(days=1)).replace(hour=FIRST_TOMORROW, minute=0, second=0, microsecond=0)
    choices = [
        DueChoice("hour", in_an_hour.astimezone(now.tzinfo)),
        DueChoice("today", today),
        DueChoice("tomorrow", tomorrow),
    ]
    return [choice for choice in choices if choice.at > now]


def due_at(code: str, own: datetime | None, now: datetime) -> datetime | None:
    """The moment that was chosen; None if none was, or if it is over."""
    if code == OWN_TIME:
        return own
    return next((choice.at for choice in due_choices(now) if choice.code == code), None)


def is_a_lookup(digits: str) -> bool:
    """Whether so few digits served to find somebody, and are not the number itself."""
    return 0 < len(digits) < FEWEST_DIALLED
