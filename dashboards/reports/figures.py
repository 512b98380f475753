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

from accounts.models import Staff, Team
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
LATE = {"state": "late", "measure": "counted"}
Numbers = dict[str, Any]


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
    parts = _parts(staff, since=since, until=until, at=at)
    shown = [part for part in parts if not part["is_withheld"]]
    days = {day: row for day, row in _summed(parts, by="day").items() if row["promised"]}
    span = {"since": since.isoformat(), "until": until.isoformat()}
    return PromiseFigures(
        since=since,
        until=until,
        total=_line(_("All"), _total(parts), own, span),
        people=_people(_summed(shown, by="owner"), own, span),
        teams=_teams(_summed(shown, by="team"), own, span),
        days=[
            _line(_day(day), days[day], own, dict.fromkeys(span, day.isoformat()), late=False) for day in sorted(days)
        ],
        withheld=sum(part["rows"] for part in parts if part["is_withheld"]),
    )


def _parts(staff: Staff, *, since: date, until: date, at: datetime) -> list[dict[str, Any]]:
    """The figures of each owner, team and day: read in one pass, to be added up by whatever is asked."""
    promises = Promise.objects.counted_for(staff, timezone.localdate(at))
    period, late = promised_for(since, until) & COUNTED, late_at(at)
    numbers = {name: Count("pk", filter=period & condition) for name, condition in _conditions(at).items()}
    rows = promises.filter(period | late).annotate(is_withheld=_is_about(staff), day=TruncDate("first_due_at"))
    keyed: Any = rows.values("owner", "team", "day", "is_withheld")
    return list(keyed.annotate(**numbers, late=Count("pk", filter=late), rows=Count("pk")).order_by())


def _summed(parts: list[Numbers], by: str) -> dict[Any, Numbers]:
    groups: dict[Any, list[Numbers]] = {}
    for part in parts:
        groups.setdefault(part[by], []).append(part)
    return {key: _total(group) for key, group in groups.items()}


def _total(parts: list[Numbers]) -> Numbers:
    return {name: sum(part[name] for part in parts) for name in (*FILTERS, "late")}


def _people(rows: dict[int | None, Numbers], own: dict[str, Any], span: dict[str, str]) -> list[Line]:
    """Who promised most comes first."""
    staff = Staff.objects.in_bulk(rows.keys() - {None})
    order = sorted(staff.values(), key=lambda person: (-rows[person.pk]["promised"], person.sort_key))
    lines = [_line(person.name, rows[person.pk], {**own, "owner": person.pk}, span) for person in order]
    return lines + [_line(_("Nobody's"), rows[key], {**own, "owner": "null"}, span) for key in rows.keys() & {None}]


def _teams(rows: dict[int | None, Numbers], own: dict[str, Any], span: dict[str, str]) -> list[Line]:
    teams = Team.objects.in_bulk(rows.keys() - {None})
    order = sorted(teams.values(), key=lambda team: (-rows[team.pk]["promised"], team.pk))
    lines = [_line(team.name, rows[team.pk], {**own, "team": team.pk}, span) for team in order]
    return lines + [
        _line(_("Without a team"), rows[key], {**own, "team": "null"}, span) for key in rows.keys() & {None}
    ]


def _is_about(staff: Staff) -> Exists:
    return Exists(Promise.excluded.through.objects.filter(promise=OuterRef("pk"), staff=staff))


def _conditions(at: datetime) -> dict[str, Q]:
    measures = measures_at(at)
    return {
        name: measures[asked["measure"]] & (Q(state=asked["state"]) if asked["state"] else Q())
        for name, asked in FILTERS.items()
    }


def _line(name: str, row: Numbers, narrowed: dict[str, Any], span: dict[str, str], *, late: bool = True) -> Line:
    figures = {code: Figure(row[code], urlencode({**FILTERS[code], **narrowed, **span})) for code in FILTERS}
    return Line(name, **figures, late=Figure(row["late"], urlencode({**LATE, **narrowed})) if late else None)


def _day(day: date) -> str:
    return date_format(day, "D j M Y" if get_language() == "en" else "Y-m-d D")
