"""Unusual looks as a table: whose they were, how many, and what was found. It names no patient, as their list."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.access import Capability
from accounts.models import Staff
from hospital_crm.lib.exports import still_there, written_moment
from jobs.services.exports import Export
from patients.models import LookToCheck
from patients.querysets.rights import LookToCheckQuerySet


def looks_asked_for(staff: Staff, parameters: dict[str, Any]) -> LookToCheckQuerySet:
    """What the person may carry away of what was asked for, the last day first."""
    return LookToCheck.objects.exportable_by(staff).matching(**parameters["filter"]).newest_first()


def _keys(staff: Staff, parameters: dict[str, Any]) -> Iterable[int]:
    return looks_asked_for(staff, parameters).values_list("pk", flat=True)


def _marks(staff: Staff, parameters: dict[str, Any]) -> Iterable[int]:
    """They are checked, which takes nothing from a file. What does is that one may no longer carry them away."""
    return LookToCheck.objects.exportable_by(staff).values_list("pk", flat=True)


def _rows(staff: Staff, keys: list[int]) -> list[list[str]]:
    found = LookToCheck.objects.with_card().in_bulk(keys)
    return [_row(look) for look in still_there(found, keys)]


def _heading() -> list[str]:
    return [
        _("Day"), _("Who"), _("Department"), _("Reason"), _("Looks"), _("Usual"), _("State"), _("Found"),
        _("Looked into"), _("By whom"), _("What was found"),
    ]  # fmt: skip


def _row(look: LookToCheck) -> list[str]:
    return [
        str(look.day),
        look.staff.name,
        look.staff.department.name if look.staff.department else "",
        look.get_kind_display(),
        str(look.looks),
        "" if look.usual is None else str(look.usual),
        look.get_state_display(),
        written_moment(look.found_at),
        written_moment(look.checked_at),
        look.checked_by.name if look.checked_by else "",
        look.words,
    ]


UNUSUAL = Export(
    kind="unusual_look_export",
    name="unusual-looks",
    verb="unusual_looks.exported",
    sees=Capability.CHECK_LOOKS,
    heading=_heading,
    keys=_keys,
    rows=_rows,
    marks=_marks,
)
audit.name_verbs({UNUSUAL.verb: gettext_lazy("Unusual looks exported")})
