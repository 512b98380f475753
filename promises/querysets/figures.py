"""What the figures count of promises, and on which days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import F, Q

from hospital_crm.lib.moments import midnight, midnight_after

COUNTED = ~Q(state="withdrawn")  # in the figures
# Null on either side would make ~MET unknown rather than true, so both are written out.
TRIED_IN_TIME = Q(first_attempt_at__isnull=False, first_attempt_at__lte=F("first_due_at"))
KEPT_IN_TIME = Q(state="kept", ended_at__isnull=False, ended_at__lte=F("first_due_at"))
DAY = timedelta(days=1)
MET = TRIED_IN_TIME | KEPT_IN_TIME  # somebody tried, or it was kept, by the time first promised
# What the list is asked for each figure of a period.
FIGURES = {
    "promised": {"state": "", "measure": "counted"},
    "judged": {"state": "", "measure": "judged"},
    "met": {"state": "", "measure": "met"},
    "missed": {"state": "", "measure": "missed"},
    "postponed": {"state": "", "measure": "postponed"},
    "not_reached": {"state": "not_reached", "measure": "counted"},
}


def measures_at(at: datetime) -> dict[str, Q]:
    """What the figures count, as of then, and the list shows: by the name that the list's filter has for it."""
    is_over = Q(first_due_at__lt=at)
    return {
        "counted": COUNTED,
        "judged": COUNTED & (MET | is_over),  # it is known whether they were in time: the denominator of the next two
        "met": COUNTED & MET,
        "missed": COUNTED & ~MET & is_over,
        "postponed": COUNTED & Q(times_postponed__gt=0),
    }


def figures_at(at: datetime) -> dict[str, Q]:
    """What each figure counts, as of then."""
    measures = measures_at(at)
    return {
        name: measures[asked["measure"]] & (Q(state=asked["state"]) if asked["state"] else Q())
        for name, asked in FIGURES.items()
    }


def promised_for(since: date | None, until: date | None) -> Q:
    """The time that the patient was told first lies on these days, both included."""
    promised = Q(first_due_at__gte=midnight(since)) if since else Q()
    return promised & Q(first_due_at__lt=midnight_after(until)) if until else promised


def beside(days: Iterable[date], since: date, until: date) -> Q:
    """As `promised_for`, without these days, which come in order: in as few spans as they leave."""
    spans, begin = Q(pk__in=[]), since
    for day in days:
        if begin < day:
            spans |= promised_for(begin, day - DAY)
        begin = day + DAY
    return spans | promised_for(begin, until) if begin <= until else spans
