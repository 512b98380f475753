"""The State Council's days off and make-up working days of a year, as far as the package `holidays` knows them.

The package leaves out the Saturdays and Sundays within a holiday, which are off anyway from Monday to Friday; whoever
works on Saturdays needs them. The notice for a year comes out in the autumn before: until then the package knows what
the law fixes, and no make-up day.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from hospital_crm.lib.worktime import Kind, SpecialDay

ONE_DAY = timedelta(days=1)
SATURDAY = 6
REPLACED_BY = re.compile(r"\d{4}-\d\d-\d\d")  # a day off names the make-up day that pays for it
# As the package begins its names in Chinese, and ours.
NAMES = (
    ("元旦", ("元旦", "New Year's Day")),
    ("农历除夕", ("春节", "Spring Festival")),
    ("春节", ("春节", "Spring Festival")),
    ("清明节", ("清明节", "Tomb-Sweeping Day")),
    ("劳动节", ("劳动节", "Labour Day")),
    ("端午节", ("端午节", "Dragon Boat Festival")),
    ("中秋节", ("中秋节", "Mid-Autumn Festival")),
    ("国庆节", ("国庆节", "National Day")),
)


def official_days(year: int) -> dict[date, SpecialDay]:
    """In order; no make-up day among them if the notice is not known."""
    names = _names(year)
    off = {day: _name_near(day, names) for day in _with_weekends(set(names), _made_up(year))}
    paid = {paid_by: off[day] for day, name in names.items() if (paid_by := _paid_by(name))}
    days = {day: SpecialDay(Kind.DAY_OFF, *name) for day, name in off.items()}
    days |= {day: SpecialDay(Kind.MAKE_UP, *paid.get(day, ("调休", "Make-up day"))) for day in _made_up(year)}
    return dict(sorted((day, special) for day, special in days.items() if day.year == year))


def is_notice_known(days: Mapping[date, SpecialDay]) -> bool:
    """Every notice since 2008 has had make-up days."""
    return any(special.kind is Kind.MAKE_UP for special in days.values())


def _names(year: int) -> dict[date, str]:
    """As the package calls its days off in Chinese, those of the neighbouring years too: holidays lie across them."""
    return dict(_china(year).items())


def _made_up(year: int) -> set[date]:
    return set(_china(year).weekend_workdays)


def _china(year: int) -> Any:
    import holidays  # takes half a second, and only who takes over a year needs it

    return holidays.country_holidays("CN", years=[year - 1, year, year + 1], language="zh_CN")


def _with_weekends(off: set[date], made_up: set[date]) -> set[date]:
    """And the Saturdays and Sundays that touch them."""
    found = set(off)
    for day in off:
        for step in (-ONE_DAY, ONE_DAY):
            found.update(_weekend_from(day, step, made_up))
    return found


def _weekend_from(day: date, step: timedelta, made_up: set[date]) -> Iterator[date]:
    day += step
    while day.isoweekday() >= SATURDAY and day not in made_up:
        yield day
        day += step


def _name_near(day: date, names: Mapping[date, str]) -> tuple[str, str]:
    """Its own, else that of the nearest holiday, which is its own one's."""
    for distance in range(10):
        for near in (day - distance * ONE_DAY, day + distance * ONE_DAY):
            for beginning, name in NAMES:
                if names.get(near, "").startswith(beginning):
                    return name
    return (names.get(day, ""), "")


def _paid_by(name: str) -> date | None:
    found = REPLACED_BY.search(name)
    return date.fromisoformat(found[0]) if found else None
