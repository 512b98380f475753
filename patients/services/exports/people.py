"""People on file as a table: asked for on the list for a purpose, written by the jobs worker."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.access import Capability
from accounts.models import Staff
from hospital_crm.lib.exports import still_there, written_moment
from jobs.services.exports import Export
from patients.models import CLIENT_KINDS, Patient, Selection, Visit
from patients.querysets import PatientQuerySet
from patients.rules.visits import client_kinds
from patients.services.looks import count_exports, record_wanted
from patients.services.selections import within

from .cells import number_cell


def people_asked_for(staff: Staff, parameters: dict[str, Any]) -> PatientQuerySet:
    """What the person may carry away of what was asked for, newest first: by the filter, or those of a selection."""
    people, chosen = Patient.objects.exportable_by(staff), parameters.get("selection")
    if chosen is None:
        found = people.matching(**parameters["filter"])
    else:
        selection = Selection.objects.visible_to(staff).filter(pk=chosen).first()
        found = within(selection, people) if selection else people.none()
    return found.order_by("-registered_at", "-pk")


def _keys(staff: Staff, parameters: dict[str, Any]) -> Iterable[int]:
    return people_asked_for(staff, parameters).values_list("pk", flat=True)


def _rows(staff: Staff, keys: list[int]) -> list[list[str]]:
    in_clear = staff.can(Capability.EXPORT_NUMBERS)
    found = Patient.objects.with_card().select_related("source", "insurance").in_bulk(keys)
    clients = _clients(keys)
    return [_row(patient, clients.get(patient.pk, ""), in_clear=in_clear) for patient in still_there(found, keys)]


def _clients(keys: list[int]) -> dict[int, str]:
    """In words, of which kinds they are clients."""
    kinds: dict[int, list[str]] = {}
    visits = Visit.objects.happened().filter(patient__in=keys).order_by()
    for patient, kind in visits.values_list("patient", "kind").distinct():
        kinds.setdefault(patient, []).append(kind)
    return {key: "; ".join(str(CLIENT_KINDS[kind]) for kind in client_kinds(found)) for key, found in kinds.items()}


def _heading() -> list[str]:
    return [
        _("Number"), _("Hospital number"), _("Name"), _("Sex"), _("Born"), _("Died on"), _("Phone"),
        _("Place of residence"), _("Home address"), _("E-mail"), _("Department"), _("Client"), _("Insurance"),
        _("Media source"), _("Registered"), _("Last contact"),
    ]  # fmt: skip


def _row(patient: Patient, clients: str, *, in_clear: bool) -> list[str]:
    return [
        patient.number,
        patient.hospital_number,
        patient.name,
        patient.get_sex_display(),
        str(patient.birth_date or patient.birth_year or ""),
        str(patient.died_on or ""),
        number_cell(patient.phone, in_clear=in_clear),
        patient.lives_in,
        patient.address if in_clear else "***" if patient.address else "",
        patient.email if in_clear else patient.masked_email,
        patient.department.name if patient.department else "",
        clients,
        patient.insurance.label if patient.insurance else "",
        patient.source.label if patient.source else "",
        written_moment(patient.registered_at),
        written_moment(patient.last_contact_at),
    ]


PEOPLE = Export(
    kind="patient_export",
    name="patients",
    verb="patients.exported",
    sees=Capability.FIND_PEOPLE,
    heading=_heading,
    keys=_keys,
    rows=_rows,
    asked=record_wanted,
)
audit.name_verbs({PEOPLE.verb: gettext_lazy("Patients exported")})
count_exports(PEOPLE.verb)
