"""Our visits to one organisation as a table: when, who went, what for, what came of it."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts import audit
from accounts.access import Capability
from accounts.models import Staff
from hospital_crm.lib.exports import still_there
from jobs.services.exports import Export
from patients.models import Organisation, OrganisationVisit
from patients.querysets.organisations import OrganisationVisitQuerySet


def visits_there_asked_for(staff: Staff, parameters: dict[str, Any]) -> OrganisationVisitQuerySet:
    """Those to the organisation, if the person may carry it away; newest first."""
    places = Organisation.objects.exportable_by(staff).filter(pk=parameters["organisation"])
    return OrganisationVisit.objects.visible_to(staff).filter(organisation__in=places).newest_first()


def _keys(staff: Staff, parameters: dict[str, Any]) -> Iterable[int]:
    return visits_there_asked_for(staff, parameters).values_list("pk", flat=True)


def _rows(staff: Staff, keys: list[int]) -> list[list[str]]:
    found = OrganisationVisit.objects.with_card().in_bulk(keys)
    return [_row(visit) for visit in still_there(found, keys)]


def _heading() -> list[str]:
    return [
        _("Organisation"), _("Day"), _("Status"), _("Who goes"), _("Purpose of the visit"),
        pgettext("of a visit", "What came of it"), _("Why it was cancelled"),
    ]  # fmt: skip


def _row(visit: OrganisationVisit) -> list[str]:
    return [
        visit.organisation.name,
        str(visit.on_day),
        visit.get_status_display(),
        visit.visited_by.name,
        visit.purpose,
        visit.result,
        visit.cancel_reason,
    ]


VISITS_THERE = Export(
    kind="organisation_visit_export",
    name="organisation-visits",
    verb="organisation_visits.exported",
    sees=Capability.SEE_ORGANISATIONS,
    heading=_heading,
    keys=_keys,
    rows=_rows,
)
audit.name_verbs({VISITS_THERE.verb: gettext_lazy("Visits to an organisation exported")})
