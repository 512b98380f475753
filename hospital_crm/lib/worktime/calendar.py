"""When somebody is there, as a value: the hours of each weekday, the days unlike their weekday, the years looked at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from enum import StrEnum

from hospital_crm.lib.bilingual import Bilingual

from .wall import Period, Range, periods

MONDAY, SUNDAY = 1, 7


class Kind(StrEnum):
    DAY_OFF = "day_off"
    MAKE_UP = "make_up"


@dataclass(frozen=True)
class SpecialDay(Bilingual):
    """A day unlike its weekday. A make-up day has the hours of the weekday that it stands for."""

    kind: Kind
    name_zh: str = ""
    name_en: str = ""
    stands_for: int = MONDAY

    @property
    def name(self) -> str:
        """In the reader's language; may be empty."""
        return self.in_reader_language("name")


@dataclass(frozen=True)
class Calendar:
    """`week`: by weekday, 1 = Monday … 7 = Sunday, ranges in their order that do not overlap (`tidy`)."""

    zone: tzinfo
    week: Mapping[int, tuple[Range, ...]]
    days: Mapping[date, SpecialDay] = field(default_factory=dict)
    confirmed_years: frozenset[int] = frozenset()
    _known: dict[date, tuple[Period, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def ever_works(self) -> bool:
        return any(self.week.values())

    def ranges(self, day: date) -> tuple[Range, ...]:
        """What the clock shows while somebody is there on that day; nothing on a day off."""
        special = self.days.get(day)
        if special is None:
            return self.week.get(day.isoweekday(), ())
        return self._of_make_up(special.stands_for) if special.kind is Kind.MAKE_UP else ()

    def periods(self, day: date) -> tuple[Period, ...]:
        """When somebody is there on that day."""
        known = self._known.get(day)
        if known is None:
            known = self._known[day] = tuple(periods(day, self.ranges(day), self.zone))
        return known

    def is_working_day(self, day: date) -> bool:
        return bool(self.periods(day))

    def is_at_work(self, moment: datetime) -> bool:
        return any(start <= moment < end for start, end in self.periods(self.day_of(moment)))

    def day_of(self, moment: datetime) -> date:
        """The day that the moment falls on, here."""
        return moment.astimezone(self.zone).date()

    def unconfirmed(self, first: date, last: date) -> tuple[int, ...]:
        """The years from one day to the other whose days nobody has looked at."""
        return tuple(year for year in range(first.year, last.year + 1) if year not in self.confirmed_years)

    def _of_make_up(self, weekday: int) -> tuple[Range, ...]:
        """Where that weekday has no hours, those of the first weekday that has: a make-up day is always worked."""
        return self.week.get(weekday) or next((self.week[day] for day in sorted(self.week) if self.week[day]), ())
