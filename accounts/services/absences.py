from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Absence, Actor, Staff
from hospital_crm.lib.errors import DomainError

from .submissions import create_once


class AbsenceOverlaps(DomainError):
    """The person is away on some of these days already."""

    message = _("This person is away on some of these days already.")


class DeputyIsAway(DomainError):
    """Whoever stands in must be there."""

    message = _("The deputy is away on some of these days too. Choose somebody else.")


class AbsenceAlreadyCancelled(DomainError):
    """The absence was cancelled before."""

    message = _("This absence was cancelled already.")


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

    Raises AbsenceOverlaps, DeputyIsAway, DuplicateSubmission.
    """

    def create() -> Absence:
        if Absence.objects.touching(starts_on, ends_on).filter(staff=staff).exists():
            raise AbsenceOverlaps
        if deputy is not None and Absence.objects.touching(starts_on, ends_on).filter(staff=deputy).exists():
            raise DeputyIsAway
        absence = Absence.objects.create(staff=staff, starts_on=starts_on, ends_on=ends_on, deputy=deputy)
        audit.record(actor=actor, verb="absence.recorded", subject=staff, at=at)
        return absence

    with transaction.atomic():
        Staff.objects.select_for_update().get(pk=staff.pk)  # two absences at one moment: one waits for the other
        return create_once(submission=submission, create=create, actor=actor, at=at)


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
