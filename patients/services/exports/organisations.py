"""Organisations as a table: asked for on the list for a purpose, written by the jobs worker."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.access import Capability
from accounts.models import Staff
from hospital_crm.lib.exports import still_there, written_moment
from jobs.services.exports import Export
from patients.models import Organisation
from patients.querysets.organisations import OrganisationQuerySet


def organisations_asked_for(staff: Staff, parameters: dict[str, Any]) -> OrganisationQuerySet:
    """What the person may carry away of what was asked for, newest first."""
    return Organisation.objects.exportable_by(staff).matching(**parameters["filter"]).newest_first()


def _keys(staff: Staff, parameters: dict[str, Any]) -> Iterable[int]:
    return organisations_asked_for(staff, parameters).values_list("pk", flat=True)


def _rows(staff: Staff, keys: list[int]) -> list[list[str]]:
    in_clear = staff.can(Capability.EXPORT_NUMBERS)
    found = Organisation.objects.with_card().with_contacts().in_bulk(keys)
    return [_row(each, in_clear=in_clear) for each in still_there(found, keys)]


def _heading() -> list[str]:
    return [
        _("Number"), _("Name of the organisation"), _("Kind"), _("District"), _("Street address"), _("Switchboard"),
        _("Whom to speak with"), _("Job title"), _("Phone"), _("Looked after by"), _("Department"), _("Registered"),
        _("Last contact"), _("Ended"), _("Why it ended"),
    ]  # fmt: skip


def _row(row: Organisation, *, in_clear: bool) -> list[str]:
    """The switchboard is public; the number of whom to speak with first is masked as on the page."""
    first = next(iter(row.open_contacts), None)
    return [
        row.number,
        row.name,
        row.get_kind_display(),
        row.lies_in,
        row.address,
        row.shown,
        first.name if first else "",
        first.position if first else "",
        "" if first is None else first.shown if in_clear else first.masked,
        row.owner.name if row.owner else "",
        row.department.name if row.department else "",
        written_moment(row.registered_at),
        written_moment(row.last_contact_at),
        written_moment(row.ended_at),
        row.end_reason,
    ]


ORGANISATIONS = Export(
    kind="organisation_export",
    name="organisations",
    verb="organisations.exported",
    sees=Capability.SEE_ORGANISATIONS,
    heading=_heading,
    keys=_keys,
    rows=_rows,
)
audit.name_verbs({ORGANISATIONS.verb: gettext_lazy("Organisations exported")})
