"""What a shift leaves to the next one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import Staff
from followups.models import Attempt
from institution.models import Setting
from promises.models import Promise

MOST_ROWS = 100


@dataclass(frozen=True)
class Shift:
    until: datetime  # what falls due by then is the next shift's business too
    owed: list[Promise]
    is_cut: bool  # there are more than the page shows
    asked: list[Promise]
    told: list[Attempt]


def shift_of(staff: Staff, *, at: datetime) -> Shift:
    """What is still open of the person's own, what was passed on to the person, and whom the person tried to reach."""
    hours = float(Setting.objects.number("dashboards.shift_hours"))
    shift, today = timedelta(hours=hours), timezone.localdate(at)
    until = at + shift
    owed = Promise.objects.open().owed_by(staff, today).not_about(staff).filter(due_at__lte=until)
    rows = list(owed.with_people().in_due_order()[: MOST_ROWS + 1])
    asked = Promise.objects.open().asked_of(staff).not_about(staff)
    tried = Attempt.objects.standing().by_staff(staff).not_about(staff).since(at - shift).with_people()
    return Shift(
        until=until,
        owed=rows[:MOST_ROWS],
        is_cut=len(rows) > MOST_ROWS,
        asked=list(asked.with_people().in_due_order()[:MOST_ROWS]),
        told=list(tried.newest_first()[:MOST_ROWS]),
    )
