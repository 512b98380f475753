"""Sums of the days that are over, so that figures of a month need not read every promise."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from hospital_crm.lib.bulk import insert_values
from promises.models import ChangedDay, Promise, PromiseDay, SummedDay
from promises.querysets.figures import DAY, figures_at

KEPT_READY = 400  # days: a year, and the month to compare it with
SETTLES = timedelta(hours=1)  # whoever began before midnight has ended by then, and clocks differ by less


def know_changed(first_due_at: Iterable[datetime], *, at: datetime) -> None:
    """In the caller's transaction: of promises first made for these times, something is otherwise than it was.

    Whoever changes what is summed, or whom a promise is about, says so here. Days that are not over have no sums, and
    a promise is made for none that is. Each change has a line of its own: a counter would make them wait in a row.
    """
    days = {timezone.localdate(moment) for moment in first_due_at}
    today = timezone.localdate(at)
    ChangedDay.objects.bulk_create(ChangedDay(day=day) for day in sorted(days) if day < today)


def sum_days(*, at: datetime) -> int:
    """Every one of the last days, and every other that has changed, has its sums; returns how many were summed."""
    last = timezone.localdate(at - SETTLES) - DAY
    # While a clock is wrong, a day may be summed that is not over: who changes it does not say so.
    SummedDay.objects.filter(Q(day__gt=last) | ~Q(zone=settings.TIME_ZONE)).delete()
    changed = set(ChangedDay.objects.filter(day__lte=last).values_list("day", flat=True).distinct())
    summed = set(SummedDay.objects.filter(day__gt=last - KEPT_READY * DAY).values_list("day", flat=True))
    missing = {last - number * DAY for number in range(KEPT_READY)} - summed
    for day in sorted(changed | missing, reverse=True):
        _sum_day(day, at)
    return len(changed | missing)


@transaction.atomic
def _sum_day(day: date, at: datetime) -> None:
    """The day has its sums, once, whoever else sums it just now.

    No lock keeps a change out. The lines are taken away before the promises are read: a change whose line was there is
    in the sums, and one that is committed only now leaves its line behind, so that the day is read live until it is
    summed again.
    """
    SummedDay.objects.select_for_update().get_or_create(day=day, defaults={"zone": settings.TIME_ZONE})
    ChangedDay.objects.filter(day=day).delete()
    PromiseDay.objects.filter(day=day).delete()
    promises = Promise.objects.first_promised_for(since=day, until=day).measured("counted", at).about_nobody()
    numbers = {name: Count("pk", filter=condition) for name, condition in figures_at(at).items()}
    rows: Any = promises.values("owner", "team", "department").annotate(**numbers)
    in_lock_order = rows.order_by("owner", "team", "department")  # a key to a colleague waits for whoever locks them
    insert_values(PromiseDay, list(in_lock_order), day=day)
