"""All rows of all tables, to compare what was with what is."""

from typing import Any

from django.apps import apps

from accounts.models import AuditEntry, Submission
from patients.models import (
    DuplicatePair,
    Employment,
    MatchKey,
    Merge,
    MergedRow,
    Patient,
    Relation,
    SearchToken,
    TimelineEntry,
)

Rows = dict[str, dict[Any, dict[str, Any]]]
TELLS = (AuditEntry, Submission, Merge, MergedRow)  # that there was a merge
MADE = (MatchKey,)  # by the next scan
# So that a form opened before is noticed; and a level is looked at anew.
GOES_ON = {"version", "updated_at", "updated_by_id", "compared_at", "level_ends_at"}
LINES = ("patients.merged", "patients.separated")


def everything() -> Rows:
    """Without what tells of merges."""
    return {
        model._meta.label: {_key(row): _columns(row) for row in model._base_manager.all() if not _tells(row)}
        for model in apps.get_models(include_auto_created=True)
        if model not in (*TELLS, *MADE)
    }


def differences(before: Rows, after: Rows) -> list[str]:
    """As words, so that a failing test is read at once."""
    return [
        f"{label} {key}: {before[label].get(key)} became {after[label].get(key)}"
        for label in before
        for key in sorted(before[label].keys() | after[label].keys(), key=str)
        if before[label].get(key) != after[label].get(key)
    ]


def _columns(row: Any) -> dict[str, Any]:
    if isinstance(row, SearchToken):
        return {"token": row.token, "patient_id": row.patient_id, "minute": row.last_contact_minute}
    left_out = GOES_ON if isinstance(row, Patient | Relation | Employment) else set()
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields} | dict.fromkeys(left_out)


def _key(row: Any) -> Any:
    """Tokens are made anew: whoever has the same ones is found as before."""
    return (row.patient_id, row.token) if isinstance(row, SearchToken) else row.pk


def _tells(row: Any) -> bool:
    """The lines about the merge, and the verdict that undoing it is."""
    if isinstance(row, DuplicatePair):
        return row.state == DuplicatePair.State.ANOTHER
    return isinstance(row, TimelineEntry) and row.kind in LINES
