"""When it is due, and from when on it counts as late."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hospital_crm.lib.errors import DomainError
from institution.models import Setting
from institution.services.calendar_years import unconfirmed_years
from promises import rules
from promises.models import Promise

from .changes import change

LONGEST = timedelta(days=3 * 366)  # a promise beyond is a slip of the keyboard


class DueInThePast(DomainError):
    """What is promised lies ahead."""

    message = _("This time has passed. Choose one that lies ahead.")
    field = "due_at"


class DueTooFarAhead(DomainError):
    """Nobody promises anything for years from now."""

    message = _("This is more than three years ahead. Check the year.")
    field = "due_at"


def move_due(promise: Promise, due_at: datetime, *, at: datetime, **values: object) -> None:
    """One change for everything that gives an open promise a new time; it has not escalated since."""
    late_at = late_from(due_at, is_owned=promise.owner_id is not None, since=at)
    values |= {"due_at": due_at, "late_at": late_at, "escalation_level": 0}
    change(promise, at=at, revision=promise.revision + 1, **values)


def clock(due_at: datetime, *, is_owned: bool, at: datetime) -> dict[str, datetime | None]:
    """When it counts as late, and since when nobody owns it, for what is owned anew or not at all from now on."""
    return {"late_at": late_from(due_at, is_owned=is_owned, since=at), "unowned_since": None if is_owned else at}


def late_from(due_at: datetime, *, is_owned: bool, since: datetime) -> datetime:
    """When it counts as late; what nobody has taken is late after the minutes of the setting."""
    unowned = timedelta(minutes=float(Setting.objects.number("promises.unowned_minutes")))
    return rules.late_from(due_at, unowned_since=None if is_owned else since, unowned=unowned)


def years_unconfirmed(promises: Iterable[Promise], *, today: date) -> list[int]:
    """In which some of the open ones are due, and of which nobody has looked at the days off."""
    due = ((promise.department, timezone.localdate(promise.due_at)) for promise in promises if promise.is_open)
    return unconfirmed_years(due, today=today)


def check_due(due_at: datetime, at: datetime) -> None:
    if due_at <= at:
        raise DueInThePast
    if due_at > at + LONGEST:
        raise DueTooFarAhead
