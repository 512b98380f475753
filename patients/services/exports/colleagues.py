"""Colleagues who are patients as a table: who, the number of the record, and who said so; as their list."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.access import Capability
from accounts.models import Staff
from hospital_crm.lib.exports import still_there, written_moment
from jobs.services.exports import Export
from patients.models import ColleagueRecord
from patients.services.looks import count_exports


def _keys(staff: Staff, parameters: dict[str, Any]) -> Iterable[int]:
    return ColleagueRecord.objects.exportable_by(staff).open().order_by("-pk").values_list("pk", flat=True)


def _rows(staff: Staff, keys: list[int]) -> list[list[str]]:
    found = ColleagueRecord.objects.with_card().in_bulk(keys)
    return [_row(record) for record in still_there(found, keys)]


def _heading() -> list[str]:
    return [_("Colleague"), _("Department"), _("Patient"), _("Recorded"), _("By whom")]


def _row(record: ColleagueRecord) -> list[str]:
    return [
        record.staff.name,
        record.staff.department.name if record.staff.department else "",
        record.patient.number,
        written_moment(record.added_at),
        record.added_by.name,
    ]


COLLEAGUES = Export(
    kind="colleague_export",
    name="colleagues",
    verb="colleague_records.exported",
    sees=Capability.NAME_COLLEAGUES,
    heading=_heading,
    keys=_keys,
    rows=_rows,
)
audit.name_verbs({COLLEAGUES.verb: gettext_lazy("Colleagues who are patients exported")})
count_exports(COLLEAGUES.verb)
