from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Absence, Actor, Staff
from accounts.querysets.departments import AbsenceQuerySet
from hospital_crm.lib.errors import DomainError

from .submissions import create_once


class AbsenceOverlaps(DomainError):
    """The person is away on some of these days already."""

    message = _("This person is away on some of these days already.")


class DeputyIsAway(DomainError):
    """Whoever stands in must be there."""

    message = _("The deputy is away on some of these days too. Choose somebody else.")


class DeputyHasLeft(DomainError):
    """Only somebody who works here can stand in."""

    message = _("The deputy no longer works here. Choose somebody else.")
    field = "deputy"


class StandsInMeanwhile(DomainError):
    """Whoever stands in for a colleague cannot be away on the same days."""

    message = _("This person stands in for a colleague on some of these days. Name another deputy there first.")


class AbsenceAlreadyCancelled(DomainError):
    """The absence was cancelled before."""

    message = _("This absence was cancelled already.")


class PersonHasLeft(DomainError):
    """Only somebody who works here can be away."""

    message = _("This person was deactivated already.")


def record_absence(
    *,
    staff: Staff,
    starts_on: date,
    ends_on: date,
    deputy: Staff | None,
    actor: Actor,
    at: datetime,
    submission: UUID | None = None,
) -> Absence:
    """The person is away on these days, both included, and the deputy stands in.

    Raises PersonHasLeft, AbsenceOverlaps, StandsInMeanwhile, DeputyIsAway, DeputyHasLeft, DuplicateSubmission.
    """

    def create() -> Absence:
        _require_free(staff, deputy, Absence.objects.touching(starts_on, ends_on))
        absence = Absence.objects.create(staff=staff, starts_on=starts_on, ends_on=ends_on, deputy=deputy)
        audit.record(actor=actor, verb="absence.recorded", subject=staff, at=at)
        return absence

    with transaction.atomic():
        _lock(staff, deputy)
        return create_once(submission=submission, kind=Absence._meta.label, create=create, actor=actor, at=at)


def _lock(*people: Staff | None) -> None:
    """In one order: of two absences at one moment that touch the same people, one waits for the other."""
    keys = [person.pk for person in people if person is not None]
    list(Staff.objects.select_for_update().filter(pk__in=keys).order_by("pk"))


def _require_free(staff: Staff, deputy: Staff | None, meanwhile: AbsenceQuerySet) -> None:
    if not _works_here(staff):
        raise PersonHasLeft
    if meanwhile.filter(staff=staff).exists():
        raise AbsenceOverlaps
    if meanwhile.filter(deputy=staff).exists():
        raise StandsInMeanwhile
    if deputy is not None and meanwhile.filter(staff=deputy).exists():
        raise DeputyIsAway
    if deputy is not None and not _works_here(deputy):
        raise DeputyHasLeft


def _works_here(person: Staff) -> bool:
    return bool(Staff.objects.active().filter(pk=person.pk).exists())


@transaction.atomic
def cancel_absence(*, absence: Absence, actor: Actor, at: datetime) -> Absence:
    """The person is there after all.

    Raises AbsenceAlreadyCancelled.
    """
    if Absence.objects.standing().filter(pk=absence.pk).update(cancelled_at=at) != 1:
        raise AbsenceAlreadyCancelled
    audit.record(actor=actor, verb="absence.cancelled", subject=absence.staff, at=at)
    absence.refresh_from_db()
    return absence


audit.name_verbs({"absence.recorded": _("Absence recorded"), "absence.cancelled": _("Absence cancelled")})
