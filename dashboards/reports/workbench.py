"""What somebody owes, in the order in which it falls due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Count, Value, When
from django.utils import timezone

from accounts.access import Capability, Scope
from accounts.models import Staff
from hospital_crm.lib.moments import midnight
from patients.models import Contact
from promises.models import Promise
from promises.querysets import UNOWNED as UNOWNED_ROWS
from promises.querysets import PromiseQuerySet, late_at

MOST_ROWS = 60  # more nobody works off from one page; the list has them all
SOON = timedelta(hours=1)
DAY = timedelta(days=1)
MINE, TEAM = "mine", "team"
UNOWNED, LATE, HOUR, TODAY, LATER = "unowned", "late", "hour", "today", "later"
GROUPS = (UNOWNED, LATE, HOUR, TODAY, LATER)


@dataclass(frozen=True)
class Row:
    """A promise as this reader sees it."""

    promise: Promise
    is_mine: bool
    asks_me: bool  # passed on to the reader, not accepted yet
    stands_in: bool  # the owner is away, and the reader stands in
    may_take: bool
    may_dial: bool
    is_first: bool  # the current one when the page opens

    @property
    def has_number(self) -> bool:
        target = self.promise.target
        return bool(target.digits if isinstance(target, Contact) else target.phone)


@dataclass(frozen=True)
class Group:
    """Rows that stand together; `count` also counts those that do not fit on the page."""

    code: str
    rows: list[Row]
    count: int

    @property
    def is_past(self) -> bool:
        """Above the now line."""
        return self.code in (UNOWNED, LATE)


@dataclass(frozen=True)
class Work:
    """The list of the workbench."""

    whose: str
    kind: str
    groups: list[Group]
    kinds: dict[str, int]  # how many of each kind, whatever kind is shown
    hidden: int  # how many more there are than the page shows

    @property
    def total(self) -> int:
        return sum(self.kinds.values())

    @property
    def past(self) -> list[Group]:
        return [group for group in self.groups if group.is_past]

    @property
    def ahead(self) -> list[Group]:
        return [group for group in self.groups if not group.is_past]

    @property
    def keys(self) -> str:
        """Which rows stand where: the page compares it with what it shows."""
        return " ".join(f"{group.code}-{row.promise.pk}" for group in self.groups for row in group.rows)


def work_of(staff: Staff, *, whose: str, kind: str, at: datetime) -> Work:
    """What the person, or the person's team, has to see to; late first."""
    today = timezone.localdate(at)
    promises = _promises(staff, whose, at)
    groups = _case(at, whose)
    counts: Any = list(
        promises.values("kind").annotate(group=groups).values("kind", "group").annotate(number=Count("pk"))
    )
    shown = promises.filter(kind=kind) if kind else promises
    order = [Case(When(UNOWNED_ROWS, then=0), default=1)] if whose == TEAM else []
    people: Any = shown.with_people().select_related("made_by__staff").with_rights_of(staff, today)
    found = people.annotate(group=groups).order_by(*order, "late_at", "pk")[:MOST_ROWS]
    rows = [(_row(staff, promise, is_first=not rank), promise.group) for rank, promise in enumerate(found)]
    numbers = {code: _sum(counts, "group", code, kind) for code in GROUPS}
    return Work(
        whose=whose,
        kind=kind,
        groups=[
            Group(code, [row for row, place in rows if place == code], numbers[code])
            for code in GROUPS
            if numbers[code]
        ],
        kinds={code: _sum(counts, "kind", code) for code in Promise.Kind.values},
        hidden=sum(numbers.values()) - len(rows),
    )


def _promises(staff: Staff, whose: str, at: datetime) -> PromiseQuerySet:
    promises = Promise.objects.open()
    today = timezone.localdate(at)
    if whose != TEAM:
        return promises.on_desk_of(staff, today)
    visible = promises.visible_to(staff, today)
    return visible if Scope.DEPARTMENT_TREE in staff.scope(Capability.SEE_PROMISES) else visible.of_teams(staff)


def _case(at: datetime, whose: str) -> Any:
    """The group in which a promise stands."""
    tomorrow = midnight(timezone.localdate(at) + DAY)
    places = [
        When(late_at(at), then=Value(LATE)),
        When(due_at__lt=at + SOON, then=Value(HOUR)),
        When(due_at__lt=tomorrow, then=Value(TODAY)),
    ]
    if whose == TEAM:
        places.insert(0, When(UNOWNED_ROWS, then=Value(UNOWNED)))
    return Case(*places, default=Value(LATER))


def _sum(counts: Any, column: str, code: str, kind: str = "") -> int:
    return sum(row["number"] for row in counts if row[column] == code and kind in ("", row["kind"]))


def _row(staff: Staff, promise: Any, *, is_first: bool) -> Row:
    return Row(
        promise=promise,
        is_mine=promise.owner_id == staff.pk,
        asks_me=promise.pending_owner_id == staff.pk,
        stands_in=bool(promise.stands_in),
        may_take=bool(promise.may_take),
        may_dial=bool(promise.may_dial),
        is_first=is_first,
    )
