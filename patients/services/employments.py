"""Who of our clients works at an organisation."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Actor
from accounts.services.submissions import create_once
from accounts.services.versions import save_version
from hospital_crm.lib.errors import DomainError
from patients.models import Employment, Organisation, Patient

from .organisations import hold_organisation
from .survivors import hold_patient


class AlreadyEmployed(DomainError):
    """The person works there already."""

    message = _("This person works there already, by what is on file.")
    field = "number"


class EndsBeforeItBegins(DomainError):
    """The last day lies before the first."""

    message = _("The last day lies before the first.")
    field = "until"


@transaction.atomic
def add_employee(
    *,
    organisation: Organisation,
    patient: Patient,
    values: dict[str, Any],
    actor: Actor,
    at: datetime,
    submission: UUID | None = None,
) -> Employment:
    """The patient works there, or did until a day.

    Raises OrganisationAlreadyEnded, AlreadyEmployed, EndsBeforeItBegins, DuplicateSubmission.
    """

    def create() -> Employment:
        _check_days(values.get("since"), values.get("until"))
        held, who = hold_organisation(organisation), hold_patient(patient)
        _check_open(held.pk, who.pk, values.get("until"))
        row = Employment.objects.create(
            organisation=held, patient=who, **values, updated_at=at, updated_by=actor, added_at=at, added_by=actor
        )
        _record("employee_added", row, actor, at)
        return row

    return create_once(submission=submission, kind=Employment._meta.label, create=create, actor=actor, at=at)


@transaction.atomic
def update_employee(
    *, employment: Employment, version: int, values: dict[str, Any], actor: Actor, at: datetime
) -> Employment:
    """Position, staff number and days are as given; a last day ends it.

    Raises StaleVersion, AlreadyEmployed, EndsBeforeItBegins.
    """
    Organisation.objects.select_for_update().get(pk=employment.organisation_id)  # of two at once one is the first
    stored = Employment.objects.get(pk=employment.pk)
    until = values.get("until", stored.until)
    _check_days(values.get("since", stored.since), until)
    _check_open(stored.organisation_id, stored.patient_id, until, besides=stored.pk)
    if changed := save_version(employment, version=version, values=values, actor=actor, at=at):
        _record("employee_changed", employment, actor, at, fields=sorted(changed))
    return employment


def _check_days(since: date | None, until: date | None) -> None:
    if since and until and until < since:
        raise EndsBeforeItBegins


def _check_open(organisation: int, patient: int, until: date | None, *, besides: int = 0) -> None:
    same = Employment.objects.filter(organisation=organisation, patient=patient, until__isnull=True)
    if until is None and same.exclude(pk=besides).exists():
        raise AlreadyEmployed


def _record(verb: str, row: Employment, actor: Actor, at: datetime, **more: Any) -> None:
    """Of both: who looks at one of them finds it."""
    audit.record(actor=actor, verb=f"organisation.{verb}", subject=row.organisation, at=at, **more)
    audit.record(actor=actor, verb=f"patient.{verb}", subject=row.patient, at=at, **more)


audit.name_fields(
    {
        "staff_number": _("Staff number"),
        "since": _("Since"),
        "until": _("Until"),
    }
)
audit.name_verbs(
    {
        "organisation.employee_added": _("Employee added"),
        "organisation.employee_changed": _("Employee changed"),
        "patient.employee_added": _("Patient's employer added"),
        "patient.employee_changed": _("Patient's employer changed"),
    }
)
