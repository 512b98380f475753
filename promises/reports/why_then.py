"""Why a promise is due just then: counted in working time, or chosen, and what lies between by the calendar."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hospital_crm.lib.worktime import Calendar, DueTooFar, Explained, NoWorkingTime, elapsed, explain, next_at_work
from hospital_crm.lib.worktime import explained as explained_term
from institution.models import WorkingCalendar
from institution.services.working_time import read_in_force
from promises.models import Promise, PromiseEvent
from promises.services.sources import term_of

LONGEST_TOLD = timedelta(days=31)  # day by day; further ahead nobody reads so many lines


@dataclass(frozen=True)
class WhyThen:
    """`set_by`: the step that gave it this time. `goes_on`: when somebody is there again, if nobody is at that time."""

    calendar: WorkingCalendar
    explained: Explained
    is_counted: bool
    set_by: PromiseEvent | None
    goes_on: datetime | None


def why_then(promise: Promise) -> WhyThen | None:
    """By the calendar of the department that owes it, as it stands now; None of what is settled."""
    if not promise.is_open:
        return None
    row, calendar = read_in_force(promise.department)
    set_by = _set_by(promise)
    counted = _counted(promise, set_by, calendar)
    return WhyThen(
        calendar=row,
        explained=counted or _between(calendar, set_by.happened_at if set_by else promise.made_at, promise.due_at),
        is_counted=counted is not None,
        set_by=set_by,
        goes_on=_goes_on(calendar, promise.due_at),
    )


def _set_by(promise: Promise) -> PromiseEvent | None:
    steps = promise.events.filter(due_at=promise.due_at).select_related("actor__staff")
    return steps.order_by("happened_at", "pk").last()


def _counted(promise: Promise, set_by: PromiseEvent | None, calendar: Calendar) -> Explained | None:
    """The term that it came from, if that leads there still: not of what was postponed, nor by another calendar.

    A text that was added, and is due sooner, has given it a term of its own.
    """
    term = term_of((set_by and set_by.source) or promise.source)
    try:
        found = explained_term(calendar, *term) if term else None
    except (NoWorkingTime, DueTooFar):
        return None
    return found if found and found.at == promise.due_at else None


def _between(calendar: Calendar, start: datetime, end: datetime) -> Explained:
    """What lies between; no days where there are too many, or where it was recorded afterwards."""
    here = end.astimezone(calendar.zone)
    is_told = timedelta(0) < end - start <= LONGEST_TOLD
    return Explained(
        at=here,
        unconfirmed_years=calendar.unconfirmed(here.date(), here.date()),
        segments=explain(calendar, start, end) if is_told else [],
        limit=elapsed(calendar, start, end) if is_told else timedelta(0),
    )


def _goes_on(calendar: Calendar, due_at: datetime) -> datetime | None:
    try:
        begins = next_at_work(calendar, due_at - timedelta(seconds=1)).at  # the last moment of work still counts
    except (NoWorkingTime, DueTooFar):
        return None
    return begins if begins > due_at else None
