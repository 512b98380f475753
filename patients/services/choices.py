"""Field by field: whose value stays when two records become one."""

from collections.abc import Collection
from typing import Any

from hospital_crm.lib.sealing import keyed_hash
from patients.models import Patient

from .moving import Columns

Seen = dict[int, int]  # of each patient the version that somebody looked at

# What is chosen together, by the name under which it is chosen.
BIRTH, HOURS = "birth", "preferred_hours"
TOGETHER = {"birth_date": BIRTH, "birth_year": BIRTH, "preferred_from": HOURS, "preferred_until": HOURS}


def _groups() -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for field in Patient._meta.concrete_fields:
        if field.editable and not field.primary_key:
            groups.setdefault(TOGETHER.get(field.name, field.name), []).append(field.attname)
    return groups


GROUPS = _groups()  # what can be chosen, and the columns (attnames) in which it lies
NOTHING = (None, "", "unknown")
DIGITS = 10  # of a fingerprint: enough to see that two differ


def values_of(patient: Patient, group: str) -> list[Any]:
    return [getattr(patient, name) for name in GROUPS[group]]


def is_blank(patient: Patient, group: str) -> bool:
    return all(value in NOTHING for value in values_of(patient, group))


def blanks(survivor: Patient, merged: Patient) -> list[str]:
    """What only the merged one has."""
    return [group for group in GROUPS if is_blank(survivor, group) and not is_blank(merged, group)]


def differing(one: Patient, other: Patient) -> list[str]:
    return [group for group in GROUPS if values_of(one, group) != values_of(other, group)]


def fingerprint(patient: Patient) -> str:
    """Names what each field holds, unreadably: a form carries it, and knows afterwards what has changed since."""
    values = ((group, str(values_of(patient, group))) for group in GROUPS)
    return " ".join(f"{group}:{keyed_hash(text, purpose=f'patients.{group}')[:DIGITS]}" for group, text in values)


def changed_groups(patient: Patient, shown: str) -> list[str]:
    """What the patient's record held otherwise when its fingerprint was taken."""
    before = dict(each.partition(":")[::2] for each in shown.split())
    now = dict(each.partition(":")[::2] for each in fingerprint(patient).split())
    return [group for group in GROUPS if before.get(group, now[group]) != now[group]]


def columns_taken(survivor: Patient, merged: Patient, taken: Collection[str]) -> Columns:
    """What the survivor's row holds afterwards, as far as it differs; the last contact is that of either."""
    columns = {name: getattr(merged, name) for group in taken for name in GROUPS[group]}
    if merged.last_contact_at and (not survivor.last_contact_at or merged.last_contact_at > survivor.last_contact_at):
        columns["last_contact_at"] = merged.last_contact_at
    return {name: value for name, value in columns.items() if getattr(survivor, name) != value}
