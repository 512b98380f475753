"""What somebody owes, in the order in which it falls due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, Count, OuterRef, Subquery, When
from django.utils import timezone

from accounts.access import Capability
from accounts.models import Staff
from followups.models import Attempt
from promises.models import Promise
from promises.querysets.conditions import falls_at, unowned
from promises.querysets.promises import PromiseQuerySet
from promises.services.deadlines import years_unconfirmed

MOST_ROWS = 60  # more nobody works off from one page; the list has them all
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
    tries: int  # how often somebody tried to reach the person
    is_first: bool  # the current one when the page opens
    opens_organisation: bool  # it was promised to one, whose page the reader may open

    @property
    def waits_for_another(self) -> bool:
        """Passed on, and not accepted yet: whoever was asked is about to ring."""
        return self.promise.pending_owner is not None and not self.asks_me

    @property
    def is_to_ring(self) -> bool:
        return self.may_dial and self.promise.is_ringable and not self.waits_for_another


@dataclass(frozen=True)
class Group:
    """Rows that stand together; `count` also counts those that do not fit on the page, and `query` lists them all."""

    code: str
    rows: list[Row]
    count: int
    query: str

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
    query: str  # the list that shows them all
    unconfirmed: list[int]  # years in which some are due, and nobody has looked at their days off

    @property
    def total(self) -> int:
        return sum(self.kinds.values())

    @property
    def shown_and_hidden(self) -> int:
        """All of the kind that is shown."""
        return sum(group.count for group in self.groups)

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
    groups = falls_at(at, unowned_first=whose == TEAM)
    counts: Any = list(
        promises.values("kind").annotate(group=groups).values("kind", "group").annotate(number=Count("pk"))
    )
    shown = promises.filter(kind=kind) if kind else promises
    order = [Case(When(unowned(), then=0), default=1)] if whose == TEAM else []
    people: Any = shown.with_people().select_related("made_by__staff").with_rights_of(staff, today)
    tries = Attempt.objects.standing().filter(promise=OuterRef("pk")).order_by().values("promise")
    people = people.annotate(tries=Subquery(tries.annotate(number=Count("pk")).values("number")))
    found = people.annotate(group=groups).order_by(*order, "late_at", "pk")[:MOST_ROWS]
    rows = [(_row(staff, promise, is_first=not rank), promise.group) for rank, promise in enumerate(found)]
    numbers = {code: _sum(counts, "group", code, kind) for code in GROUPS}
    listed = partial(_listed, whose, kind)
    return Work(
        whose=whose,
        kind=kind,
        groups=[
            Group(code, [row for row, place in rows if place == code], numbers[code], listed(falls=code))
            for code in GROUPS
            if numbers[code]
        ],
        kinds={code: _sum(counts, "kind", code) for code in Promise.Kind.values},
        hidden=sum(numbers.values()) - len(rows),
        query=listed(),
        unconfirmed=years_unconfirmed(found, today=today),
    )


def _promises(staff: Staff, whose: str, at: datetime) -> PromiseQuerySet:
    promises, today = Promise.objects.open(), timezone.localdate(at)
    return promises.on_desks_around(staff, today) if whose == TEAM else promises.on_desk_of(staff, today)


def _listed(whose: str, kind: str, falls: str = "") -> str:
    """What the list of promises is asked for."""
    asked = {"whose": whose, "kind": kind, "falls": falls}
    return urlencode({name: value for name, value in asked.items() if value})


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
        tries=promise.tries or 0,
        is_first=is_first,
        opens_organisation=promise.organisation_id is not None and staff.can(Capability.SEE_ORGANISATIONS),
    )
