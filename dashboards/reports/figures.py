"""How promises were kept: by person, by team, by day. Each figure knows the filter of the list that it counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q, Value
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import Staff, Team
from hospital_crm.lib.figures import Figure, Rate
from promises.models import Promise, PromiseDay, SummedDay
from promises.querysets.conditions import late_at
from promises.querysets.figures import COUNTED, DAY, FIGURES, beside, figures_at, promised_for
from promises.querysets.scope import counts_own_only

# What the list is asked; `late` is as of now, whenever it was promised for.
LATE = {"state": "late", "measure": "counted"}
Numbers = dict[str, Any]


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


def _parts(staff: Staff, *, since: date, until: date, at: datetime) -> list[Numbers]:
    """The figures of each owner, team and day, to be added up by whatever is asked.

    Of days that are over the sums are read, where they stand; what is about somebody is in none of them.
    """
    today = timezone.localdate(at)
    days = SummedDay.objects.standing(since, min(until, today - DAY))
    sums = PromiseDay.objects.counted_for(staff, today).filter(day__in=days).values("owner", "team", "day", *FIGURES)
    promises = Promise.objects.counted_for(staff, today)
    others = promises.about_nobody().annotate(is_withheld=Value(False))
    about = promises.about_somebody().annotate(is_withheld=_is_about(staff))
    return [
        *({**row, "late": 0, "is_withheld": False} for row in sums),
        *_read(others, beside(days, since, until), at),
        *_read(about, promised_for(since, until), at),
    ]


def _read(promises: Any, promised: Q, at: datetime) -> list[Numbers]:
    """In one pass: what counts for these times, and what is late."""
    period, late = promised & COUNTED, late_at(at)
    numbers = {name: Count("pk", filter=period & condition) for name, condition in figures_at(at).items()}
    rows = promises.filter(period | late).annotate(day=TruncDate("first_due_at"))
    keyed = rows.values("owner", "team", "day", "is_withheld")
    return list(keyed.annotate(**numbers, late=Count("pk", filter=late), rows=Count("pk")).order_by())


def _summed(parts: list[Numbers], by: str) -> dict[Any, Numbers]:
    groups: dict[Any, list[Numbers]] = {}
    for part in parts:
        groups.setdefault(part[by], []).append(part)
    return {key: _total(group) for key, group in groups.items()}


def _total(parts: list[Numbers]) -> Numbers:
    return {name: sum(part[name] for part in parts) for name in (*FIGURES, "late")}


def _people(rows: dict[int | None, Numbers], own: dict[str, Any], span: dict[str, str]) -> list[Line]:
    """Who promised most comes first, and nobody's last."""
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


def _line(name: str, row: Numbers, narrowed: dict[str, Any], span: dict[str, str], *, late: bool = True) -> Line:
    figures = {code: Figure(row[code], urlencode({**FIGURES[code], **narrowed, **span})) for code in FIGURES}
    return Line(name, **figures, late=Figure(row["late"], urlencode({**LATE, **narrowed})) if late else None)


def _day(day: date) -> str:
    return date_format(day, "D j M Y" if get_language() == "en" else "Y-m-d D")
