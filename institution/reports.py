"""A year of a calendar as a page shows it: twelve months, each day with what is special about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from hospital_crm.lib.worktime import Calendar, Kind, SpecialDay
from institution import rules
from institution.models import CalendarDay, Weekday, WorkingCalendar
from institution.rules import FIRST_YEAR, LAST_YEAR

# Over the days of a month.
SIGNS = (
    pgettext_lazy("weekday", "Mo"),
    pgettext_lazy("weekday", "Tu"),
    pgettext_lazy("weekday", "We"),
    pgettext_lazy("weekday", "Th"),
    pgettext_lazy("weekday", "Fr"),
    pgettext_lazy("weekday", "Sa"),
    pgettext_lazy("weekday", "Su"),
)


@dataclass(frozen=True)
class DayCell:
    """`row` where the day can be changed here; `special` also where the hospital says it."""

    on: date
    special: SpecialDay | None
    row: CalendarDay | None
    is_worked: bool
    is_today: bool

    @property
    def is_off(self) -> bool:
        return self.special is not None and self.special.kind is Kind.DAY_OFF

    @property
    def is_own(self) -> bool:
        """Somebody wrote it; no list did."""
        return self.row is not None and not self.row.is_official


Week = list[DayCell | None]


@dataclass(frozen=True)
class Month:
    first: date
    weeks: list[Week]


@dataclass(frozen=True)
class Stretch:
    """Special days in a row that are alike; `hours` of those that are worked."""

    first: DayCell
    last: DayCell
    hours: str


@dataclass(frozen=True)
class CalendarYear:
    number: int
    months: list[Month]
    stretches: list[Stretch]

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > FIRST_YEAR else None

    @property
    def following(self) -> int | None:
        return self.number + 1 if self.number < LAST_YEAR else None


def calendar_year(row: WorkingCalendar, value: Calendar, year: int, today: date) -> CalendarYear:
    own = {day.on: day for day in row.days.in_year(year)}
    cells = [DayCell(on, value.days.get(on), own.get(on), bool(value.ranges(on)), on == today) for on in _days_of(year)]
    months = [_month([cell for cell in cells if cell.on.month == number]) for number in range(1, 13)]
    special = rules.in_a_row(
        (cell for cell in cells if cell.special), lambda cell: (cell.on, (cell.special, cell.is_own, cell.row is None))
    )
    stretches = [Stretch(row[0], row[-1], rules.said_hours(value.ranges(row[0].on))) for row in special]
    return CalendarYear(year, months, stretches)


def week_lines(row: WorkingCalendar) -> list[tuple[str, str]]:
    """Weekdays and their hours, neighbours with the same hours together: Monday to Friday, 08:00–12:00."""
    week = row.week()
    lines = []
    for hours, group in groupby(Weekday, lambda day: rules.said_hours(week.get(day, ()))):
        days = list(group)
        first, last = str(days[0].label), str(days[-1].label)
        label = first if len(days) == 1 else _("%(first)s to %(last)s") % {"first": first, "last": last}
        lines.append((label, hours))
    return lines


def _month(cells: list[DayCell]) -> Month:
    before, after = cells[0].on.weekday(), 6 - cells[-1].on.weekday()
    filled: Week = [*[None] * before, *cells, *[None] * after]
    return Month(cells[0].on, [filled[number : number + 7] for number in range(0, len(filled), 7)])


def _days_of(year: int) -> Iterator[date]:
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += timedelta(days=1)
