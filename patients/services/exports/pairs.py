"""Pairs that may be one person as a table, to be worked through on paper or checked."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.access import Capability
from accounts.models import Staff
from hospital_crm.lib.exports import still_there, written_moment
from jobs.services.exports import Export
from patients.models import DuplicatePair, Patient
from patients.querysets.duplicates import PairQuerySet
from patients.services.looks import count_exports

from .cells import number_cell


def pairs_asked_for(staff: Staff, parameters: dict[str, Any]) -> PairQuerySet:
    """What the person may carry away of what was asked for, the likest first."""
    return DuplicatePair.objects.exportable_by(staff).in_state(**parameters["filter"]).likest_first()


def _keys(staff: Staff, parameters: dict[str, Any]) -> Iterable[int]:
    return pairs_asked_for(staff, parameters).values_list("pk", flat=True)


def _still(staff: Staff, keys: list[int]) -> Iterable[int]:
    """Pairs are found and decided all the time, which takes nothing from a file. What does is that one may no longer
    carry away both of a pair in it.
    """
    return DuplicatePair.objects.exportable_by(staff).filter(pk__in=keys).values_list("pk", flat=True)


def _rows(staff: Staff, keys: list[int]) -> list[list[str]]:
    in_clear = staff.can(Capability.EXPORT_NUMBERS)
    found = DuplicatePair.objects.with_people().in_bulk(keys)
    return [_row(pair, in_clear=in_clear) for pair in still_there(found, keys)]


def _heading() -> list[str]:
    side = [_("Number"), _("Name"), _("Sex"), _("Born"), _("Phone"), _("Department")]
    named = _("{record}: {column}")
    older = [named.format(record=_("Older record"), column=column) for column in side]
    newer = [named.format(record=_("Newer record"), column=column) for column in side]
    return [*older, *newer, _("Why"), _("Likeness"), _("Certain"), _("State"), _("Found"), _("Decided"), _("By whom")]


def _row(pair: DuplicatePair, *, in_clear: bool) -> list[str]:
    return [
        *_side(pair.older, in_clear=in_clear),
        *_side(pair.newer, in_clear=in_clear),
        "; ".join(pair.reason_labels),
        str(pair.score),
        _("yes") if pair.is_certain else "",
        pair.get_state_display(),
        written_moment(pair.found_at),
        written_moment(pair.decided_at),
        pair.decided_by.name if pair.decided_by else "",
    ]


def _side(patient: Patient, *, in_clear: bool) -> list[str]:
    return [
        patient.number,
        patient.name,
        patient.get_sex_display(),
        str(patient.birth_date or patient.birth_year or ""),
        number_cell(patient.phone, in_clear=in_clear),
        patient.department.name if patient.department else "",
    ]


PAIRS = Export(
    kind="duplicate_export",
    name="duplicates",
    verb="duplicates.exported",
    sees=Capability.MERGE_PATIENTS,
    heading=_heading,
    keys=_keys,
    rows=_rows,
    still=_still,
)
audit.name_verbs({PAIRS.verb: gettext_lazy("Possible duplicates exported")})
count_exports(PAIRS.verb)
