"""How the people around somebody stand: who has too much, what nobody owns, how today goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, Window
from django.utils import timezone

from accounts.access import Capability, Scope
from accounts.models import Staff
from accounts.querysets.staff import BY_NAME
from hospital_crm.lib.figures import Rate
from institution.models import Setting
from promises.models import Promise
from promises.querysets.conditions import TARGETS
from promises.querysets.figures import measures_at, promised_for
from promises.querysets.scope import counts_own_only
from promises.services.keepers import with_loads

MOST_COLLEAGUES = 8
MOST_UNOWNED = 5
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Load:
    """What one colleague has open; `limit` is what one person can keep up with."""

    staff: Staff
    open: int
    late: int
    limit: int

    @property
    def is_full(self) -> bool:
        return self.open >= self.limit

    @property
    def late_bar(self) -> int:
        return min(self.late, self.limit)

    @property
    def rest_bar(self) -> int:
        return min(self.open, self.limit) - self.late_bar


@dataclass(frozen=True)
class Kept:
    """What was first promised for one day, so far; `owner` where only one's own counts."""

    day: date
    rate: Rate
    owner: int | None = None

    def lists(self, measure: str) -> str:
        """What the list of promises is asked for."""
        day = self.day.isoformat()
        whose = {} if self.owner is None else {"owner": self.owner}
        return urlencode({"state": "", "measure": measure, **whose, "since": day, "until": day})

    @property
    def met_query(self) -> str:
        return self.lists("met")

    @property
    def judged_query(self) -> str:
        return self.lists("judged")


@dataclass(frozen=True)
class Around:
    """Beside the list: the team's load, what nobody owns, how many promises were kept in time."""

    loads: list[Load]
    limit: int
    unowned: list[Promise]
    unowned_count: int
    today: Kept
    yesterday: Kept

    @property
    def full(self) -> list[Load]:
        return [load for load in self.loads if load.is_full]


def around(staff: Staff, *, at: datetime) -> Around:
    """What lies within the person's scope, counted."""
    today = timezone.localdate(at)
    visible = Promise.objects.visible_to(staff, today)
    limit = int(Setting.objects.number("dashboards.most_open"))
    unowned = visible.open().unowned().annotate(number=Window(Count("pk"))).select_related(*TARGETS, "team")
    rows: list[Any] = list(unowned.order_by("late_at", "pk")[:MOST_UNOWNED])
    return Around(
        loads=_loads(staff, limit, at),
        limit=limit,
        unowned=rows,
        unowned_count=rows[0].number if rows else 0,
        **_kept(staff, today, at),
    )


def _loads(staff: Staff, limit: int, at: datetime) -> list[Load]:
    """Of those who share a team with the person, or work in the department tree that the person leads.

    Whoever sees no promises of others reads only the own load: each number opens its rows.
    """
    scope = staff.scope(Capability.SEE_PROMISES)
    people = Q(pk=staff.pk)
    if Scope.TEAM in scope:
        people = Q(pk__in=Staff.objects.filter(teams__in=staff.teams.in_use()).values("pk"))
    if Scope.DEPARTMENT_TREE in scope and staff.department:
        people |= Q(department__path__startswith=staff.department.path)
    colleagues: Any = with_loads(Staff.objects.keepers().filter(people), reader=staff, at=at)
    most_first = colleagues.order_by("-open_number", *BY_NAME)
    return [Load(row, row.open_number, row.late_number, limit) for row in most_first[:MOST_COLLEAGUES]]


def _kept(staff: Staff, today: date, at: datetime) -> dict[str, Kept]:
    """Today's and yesterday's promises: kept in time, of those of which it is known.

    By the rule of the page of all figures, which must say the same.
    """
    owner = staff.pk if counts_own_only(staff) else None
    days = {"today": today, "yesterday": today - DAY}
    measures = measures_at(at)
    promised = Promise.objects.counted_for(staff, today).first_promised_for(since=today - DAY, until=today)
    numbers = promised.aggregate(
        **{
            f"{name}_{measure}": Count("pk", filter=promised_for(day, day) & measures[measure])
            for name, day in days.items()
            for measure in ("met", "judged")
        }
    )
    return {
        name: Kept(day, Rate(numbers[f"{name}_met"], numbers[f"{name}_judged"]), owner) for name, day in days.items()
    }
