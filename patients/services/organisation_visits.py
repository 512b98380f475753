"""When our people go to an organisation: planned, held with a result, cancelled."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.access import Capability
from accounts.models import Actor, Staff
from accounts.services.submissions import create_once
from accounts.services.versions import save_version
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.moments import midnight
from patients.models import Organisation, OrganisationVisit

from .organisations import hold_organisation
from .timeline import add_timeline_entry, record_contact

Status = OrganisationVisit.Status
NOON = timedelta(hours=12)  # nobody says at what time of a day that is over they were there: pages show the day alone


class VisitIsSettled(DomainError):
    """It was held or cancelled before; another visit is a new row."""

    message = _("This visit was held or cancelled already. Plan a new one instead.")


class HeldBeforehand(DomainError):
    """What lies ahead was not held yet."""

    message = _("This day is still to come: the visit cannot have been held.")
    field = "on_day"


@transaction.atomic
def plan_organisation_visit(
    *,
    organisation: Organisation,
    values: dict[str, Any],
    result: str = "",
    actor: Actor,
    at: datetime,
    submission: UUID | None = None,
) -> OrganisationVisit:
    """Somebody of ours goes there on a day, for a purpose; with a result somebody was there already.

    Raises OrganisationAlreadyEnded, HeldBeforehand, DuplicateSubmission.
    """

    def create() -> OrganisationVisit:
        held = hold_organisation(organisation)
        stamp = {"recorded_at": at, "updated_at": at, "updated_by": actor}
        row = OrganisationVisit.objects.create(organisation=held, **values, **stamp)
        audit.record(actor=actor, verb="organisation.visit_planned", subject=held, at=at)
        if result:
            was: dict[str, Any] = {"on_day": row.on_day, "visited_by": row.visited_by, "result": result}
            hold_organisation_visit(visit=row, **was, actor=actor, at=at)
        return row

    return create_once(submission=submission, kind=OrganisationVisit._meta.label, create=create, actor=actor, at=at)


@transaction.atomic
def update_organisation_visit(
    *, visit: OrganisationVisit, version: int, values: dict[str, Any], actor: Actor, at: datetime
) -> OrganisationVisit:
    """What is planned is as given.

    Raises VisitIsSettled, StaleVersion.
    """
    _hold_planned(visit)
    if changed := save_version(visit, version=version, values=values, actor=actor, at=at):
        verb, fields = "organisation.visit_changed", sorted(changed)
        audit.record(actor=actor, verb=verb, subject=visit.organisation, at=at, fields=fields)
    return visit


@transaction.atomic
def hold_organisation_visit(
    *, visit: OrganisationVisit, on_day: date, visited_by: Staff, result: str, actor: Actor, at: datetime
) -> OrganisationVisit:
    """They were there, and it is known what came of it: a line of the story, and the last contact.

    Raises VisitIsSettled, HeldBeforehand.
    """
    planned = _hold_planned(visit)
    if on_day > timezone.localdate(at):
        raise HeldBeforehand
    values = {"status": Status.HELD, "on_day": on_day, "visited_by": visited_by, "result": result}
    save_version(visit, version=planned.version, values=values, actor=actor, at=at)
    there_at = min(at, midnight(on_day) + NOON)
    told = {"by": visited_by.display_name, "by_en": visited_by.display_name_en, "day": on_day.isoformat()}
    add_timeline_entry(
        target=visit.organisation,
        kind="patients.organisation_visited",
        params=told,
        needs=Capability.SEE_ORGANISATIONS,
        occurred_at=there_at,
        actor=actor,
        source=visit,
    )
    record_contact(target=visit.organisation, at=there_at)
    audit.record(actor=actor, verb="organisation.visit_held", subject=visit.organisation, at=at)
    return visit


@transaction.atomic
def cancel_organisation_visit(
    *, visit: OrganisationVisit, reason: str, actor: Actor, at: datetime
) -> OrganisationVisit:
    """Nobody goes there, for a reason.

    Raises VisitIsSettled.
    """
    planned = _hold_planned(visit)
    values = {"status": Status.CANCELLED, "cancel_reason": reason}
    save_version(visit, version=planned.version, values=values, actor=actor, at=at)
    audit.record(actor=actor, verb="organisation.visit_cancelled", subject=visit.organisation, at=at)
    return visit


def _hold_planned(visit: OrganisationVisit) -> OrganisationVisit:
    """As it stands, to the end of the caller's transaction."""
    held = OrganisationVisit.objects.select_for_update().get(pk=visit.pk)
    if not held.is_planned:
        raise VisitIsSettled
    return held


audit.name_fields({"on_day": _("Day"), "visited_by": _("Who goes"), "purpose": _("Purpose of the visit")})
audit.name_verbs(
    {
        "organisation.visit_planned": _("Visit to an organisation planned"),
        "organisation.visit_changed": _("Visit to an organisation changed"),
        "organisation.visit_held": _("Visit to an organisation held"),
        "organisation.visit_cancelled": _("Visit to an organisation cancelled"),
    }
)
