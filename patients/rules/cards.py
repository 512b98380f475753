"""Pure rules about what the number of a resident identity card says of its holder."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from hospital_crm.lib.resident_id import read_resident_id

FEMALE, MALE, UNKNOWN = "female", "male", "unknown"


def completed_by(number: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The person's columns: what was left open as the card says it, what was told otherwise as it was told."""
    card, found = read_resident_id(number, date.max), dict(values)
    if not (found.get("birth_date") or found.get("birth_year")):
        found["birth_date"], found["birth_year"] = card.born, None
    if found.get("sex", UNKNOWN) == UNKNOWN:
        found["sex"] = FEMALE if card.is_female else MALE
    return found


def tells_another_birth(number: str, birth_date: date | None, birth_year: int | None) -> bool:
    """Whether the card says another one than was told."""
    born = read_resident_id(number, date.max).born
    if birth_date is not None:
        return birth_date != born
    return birth_year is not None and birth_year != born.year
