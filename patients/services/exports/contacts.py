"""Whom one speaks with at one organisation, as a table."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.access import Capability
from accounts.models import Staff
from hospital_crm.lib.exports import still_there
from jobs.services.exports import Export
from patients.models import Organisation, OrganisationContact
from patients.querysets.organisations import OrganisationContactQuerySet


def contacts_asked_for(staff: Staff, parameters: dict[str, Any]) -> OrganisationContactQuerySet:
    """Those of the organisation, if the person may carry it away; as on its page, whom to speak with first."""
    places = Organisation.objects.exportable_by(staff).filter(pk=parameters["organisation"])
    return OrganisationContact.objects.filter(organisation__in=places).open().main_first()


def _keys(staff: Staff, parameters: dict[str, Any]) -> Iterable[int]:
    return contacts_asked_for(staff, parameters).values_list("pk", flat=True)


def _marks(staff: Staff, parameters: dict[str, Any]) -> Iterable[int]:
    """Also those who have left meanwhile: what counts is that the organisation may still be carried away."""
    places = Organisation.objects.exportable_by(staff).filter(pk=parameters["organisation"])
    return OrganisationContact.objects.filter(organisation__in=places).values_list("pk", flat=True)


def _rows(staff: Staff, keys: list[int]) -> list[list[str]]:
    in_clear = staff.can(Capability.EXPORT_NUMBERS)
    found = OrganisationContact.objects.select_related("organisation", "patient").in_bulk(keys)
    return [_row(each, in_clear=in_clear) for each in still_there(found, keys)]


def _heading() -> list[str]:
    return [
        _("Organisation"), _("Name"), _("Job title"), _("Phone"), _("E-mail"), _("Speak with this person first"),
        _("On file as a patient"),
    ]  # fmt: skip


def _row(contact: OrganisationContact, *, in_clear: bool) -> list[str]:
    return [
        contact.organisation.name,
        contact.name,
        contact.position,
        contact.shown if in_clear else contact.masked,
        contact.email,
        _("yes") if contact.is_main else "",
        contact.patient.number if contact.patient else "",
    ]


CONTACTS = Export(
    kind="contact_export",
    name="contacts",
    verb="contacts.exported",
    sees=Capability.SEE_ORGANISATIONS,
    heading=_heading,
    keys=_keys,
    rows=_rows,
    marks=_marks,
)
audit.name_verbs({CONTACTS.verb: gettext_lazy("People to speak with exported")})
