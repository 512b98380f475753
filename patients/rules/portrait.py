"""What fits together of what is told about a person, and what cannot be. Pure rules."""

from datetime import date, time
from enum import Enum

from hospital_crm.lib.moments import BEFORE_ALL

PORTRAIT = ("preferred_from", "preferred_until", "died_on")  # what is looked at, beside the birth


class Fault(Enum):
    ENDS_BEFORE = "ends_before"
    STILL_TO_COME = "still_to_come"
    BEFORE_BIRTH = "before_birth"


def faults_of_portrait(
    *,
    preferred_from: time | None,
    preferred_until: time | None,
    died_on: date | None,
    birth: tuple[date | None, int | None],
    today: date,
) -> dict[str, Fault]:
    """What cannot be, by field; `birth` is the date or the year alone."""
    faults = {}
    if preferred_from and preferred_until and preferred_from >= preferred_until:
        faults["preferred_until"] = Fault.ENDS_BEFORE
    if died_on and died_on > today:
        faults["died_on"] = Fault.STILL_TO_COME
    elif died_on and died_on < _earliest_death(*birth):
        faults["died_on"] = Fault.BEFORE_BIRTH
    return faults


def _earliest_death(birth_date: date | None, birth_year: int | None) -> date:
    return birth_date or (date(birth_year, 1, 1) if birth_year else BEFORE_ALL)
