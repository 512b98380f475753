"""What people ask about their own data as a table: who asked for what, until when, and how it was answered."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.access import Capability
from accounts.models import Staff
from hospital_crm.lib.exports import still_there, written_moment
from jobs.services.exports import Export
from patients.models import DataRequest
from patients.querysets.rights import DataRequestQuerySet
from patients.services.looks import count_exports


def requests_asked_for(staff: Staff, parameters: dict[str, Any]) -> DataRequestQuerySet:
    """What the person may carry away of what was asked for, newest first."""
    return DataRequest.objects.exportable_by(staff).matching(**parameters["filter"]).newest_first()


def _keys(staff: Staff, parameters: dict[str, Any]) -> Iterable[int]:
    return requests_asked_for(staff, parameters).values_list("pk", flat=True)


def _still(staff: Staff, keys: list[int]) -> Iterable[int]:
    """Requests are answered, which takes nothing from a file. What does is that one may no longer carry the people in
    it away.
    """
    return DataRequest.objects.exportable_by(staff).filter(pk__in=keys).values_list("pk", flat=True)


def _rows(staff: Staff, keys: list[int]) -> list[list[str]]:
    found = DataRequest.objects.with_card().in_bulk(keys)
    return [_row(asked) for asked in still_there(found, keys)]


def _heading() -> list[str]:
    return [
        _("What is asked for"), _("Number"), _("Name"), _("Asked"), _("Who asks"), _("How identity was checked"),
        _("Note"), _("Answer due"), _("State"), _("Recorded by"), _("Approved"), _("Approved by"),
        _("How it was answered"), _("Closed"), _("Closed by"),
    ]  # fmt: skip


def _row(asked: DataRequest) -> list[str]:
    """Of whoever was erased the number is the name, on the page too."""
    return [
        asked.get_kind_display(),
        "" if asked.patient.erased_at else asked.patient.number,
        asked.patient.name,
        written_moment(asked.asked_at),
        asked.get_asker_display(),
        asked.get_identity_display(),
        asked.note,
        str(asked.due_on),
        _("Being erased") if asked.is_under_way else asked.get_state_display(),
        asked.recorded_by.name,
        written_moment(asked.approved_at),
        asked.approved_by.name if asked.approved_by else "",
        asked.answer,
        written_moment(asked.closed_at),
        asked.closed_by.name if asked.closed_by else "",
    ]


REQUESTS = Export(
    kind="data_request_export",
    name="data-requests",
    verb="data_requests.exported",
    sees=Capability.RECORD_DATA_REQUESTS,
    heading=_heading,
    keys=_keys,
    rows=_rows,
    still=_still,
)
audit.name_verbs({REQUESTS.verb: gettext_lazy("Data requests exported")})
count_exports(REQUESTS.verb)
