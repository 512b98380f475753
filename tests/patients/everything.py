"""All rows of all tables, to compare what was with what is."""

from typing import Any

from django.apps import apps

from accounts.models import AuditEntry, Submission
from patients.models import Merge, MergedRow, Patient, TimelineEntry

Rows = dict[str, dict[Any, dict[str, Any]]]
TELLS = (AuditEntry, Submission, Merge, MergedRow)  # that there was a merge
GOES_ON = {
    "version",
    "updated_at",
    "updated_by_id",
    "compared_at",
    "level_ends_at",
}  # so that a form opened before is noticed
LINES = ("patients.merged", "patients.separated")


def everything() -> Rows:
    """Without what tells of merges."""
    return {
        model._meta.label: {row.pk: _columns(row) for row in model._base_manager.all() if not _tells(row)}
        for model in apps.get_models(include_auto_created=True)
        if model not in TELLS
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
    left_out = GOES_ON if isinstance(row, Patient) else set()
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields} | dict.fromkeys(left_out)


def _tells(row: Any) -> bool:
    return isinstance(row, TimelineEntry) and row.kind in LINES
