"""How promises were kept: by person, by team, by day. Each figure knows the filter of the list that it counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import Staff
from promises.models import Promise
from promises.querysets import COUNTED, counts_own_only, late_at, measures_at, promised_for

from .rates import Rate

# What the list is asked for each figure; `late` is as of now, whenever it was promised for.
FILTERS = {
    "promised": {"state": "", "measure": "counted"},
    "judged": {"state": "", "measure": "judged"},
    "met": {"state": "", "measure": "met"},
    "missed": {"state": "", "measure": "missed"},
    "postponed": {"state": "", "measure": "postponed"},
    "not_reached": {"state": "not_reached", "measure": "counted"},
}
PERSON = ("owner__sort_key", "owner", "owner__display_name", "owner__display_name_en")
LATE = {"state": "late", "measure": "counted"}


@dataclass(frozen=True)
class Figure:
    """A number, and the filter that shows the rows it counts."""

    number: int
    query: str


@dataclass(frozen=True)
class Line:
    """The figures of one person, team or day, or of all."""

    name: str
    promised: Figure
    judged: Figure
    met: Figure
    missed: Figure
    postponed: Figure
    not_reached: Figure
    late: Figure | None

    @property
    def rate(self) -> Rate:
        return Rate(self.met.number, self.judged.number)


@dataclass(frozen=True)
class PromiseFigures:
    since: date
    until: date
    total: Line
    people: list[Line]
    teams: list[Line]
    days: list[Line]
    withheld: int  # counted in `total` and `days`, but shown to the reader nowhere


def promise_figures(*, staff: Staff, since: date, until: date, at: datetime) -> PromiseFigures:
    """Of what lies within the person's scope and was first promised for these days; what is late, as of now.

    What is about the person counts in the whole and by day. By person and team it does not: that would tell who deals
    with it.
    """
    own = {"owner": staff.pk} if counts_own_only(staff) else {}
    promises = Promise.objects.counted_for(staff, timezone.localdate(at))
    period, late = promised_for(since, until) & COUNTED, late_at(at)
    numbers = {name: Count("pk", filter=period & condition) for name, condition in _conditions(at).items()}
    rows = promises.filter(period | late).annotate(is_withheld=_is_about(staff))
    with_late = {**numbers, "late": Count("pk", filter=late), "rows": Count("pk")}
    everybody = _grouped(rows, with_late, *PERSON, "is_withheld")
    people = [row for row in everybody if not row["is_withheld"]]
    teams = _grouped(rows.filter(is_withheld=False), with_late, "team", "team__name_zh", "team__name_en")
    days = _grouped(rows.filter(period).annotate(day=TruncDate("first_due_at")), numbers, "day", by="day")
    span = {"since": since.isoformat(), "until": until.isoformat()}
    return PromiseFigures(
        since=since,
        until=until,
        total=_line(_("All"), _total(everybody, with_late), own, span),
        people=[_line(_person(row), row, {**own, "owner": row["owner"] or "null"}, span) for row in people],
        teams=[_line(_team(row), row, {**own, "team": row["team"] or "null"}, span) for row in teams],
        days=[_line(_day(row["day"]), row, own, dict.fromkeys(span, row["day"].isoformat())) for row in days],
        withheld=sum(row["rows"] for row in everybody if row["is_withheld"]),
    )


def _grouped(rows: Any, numbers: dict[str, Count], *columns: str, by: str = "-promised") -> list[dict[str, Any]]:
    return list(rows.values(*columns).annotate(**numbers).order_by(by, columns[0]))


def _is_about(staff: Staff) -> Exists:
    return Exists(Promise.excluded.through.objects.filter(promise=OuterRef("pk"), staff=staff))


def _conditions(at: datetime) -> dict[str, Q]:
    measures = measures_at(at)
    return {
        name: measures[asked["measure"]] & (Q(state=asked["state"]) if asked["state"] else Q())
        for name, asked in FILTERS.items()
    }


def _total(rows: list[dict[str, Any]], names: dict[str, Any]) -> dict[str, int]:
    return {name: sum(row[name] for row in rows) for name in names}


def _line(name: str, row: dict[str, Any], narrowed: dict[str, Any], span: dict[str, str]) -> Line:
    figures = {code: Figure(row[code], urlencode({**FILTERS[code], **narrowed, **span})) for code in FILTERS}
    late = Figure(row["late"], urlencode({**LATE, **narrowed})) if "late" in row else None
    return Line(name=name, late=late, **figures)


def _person(row: dict[str, Any]) -> str:
    in_english = row["owner__display_name_en"] if get_language() == "en" else ""
    return in_english or row["owner__display_name"] or _("Nobody's")


def _team(row: dict[str, Any]) -> str:
    names = (row["team__name_en"], row["team__name_zh"])
    first, second = names if get_language() == "en" else names[::-1]
    return first or second or _("Without a team")


def _day(day: date) -> str:
    return date_format(day, "Y-m-d D")
