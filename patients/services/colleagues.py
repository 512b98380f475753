"""Which patients work here: whoever checks looks says so, and nobody else reads it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Actor, Staff
from accounts.services.submissions import create_once
from hospital_crm.lib.errors import DomainError
from patients.models import ColleagueRecord, Patient

from .survivors import hold_patient


class ColleagueAlreadyKnown(DomainError):
    """It is on record that they are one."""

    message = _("This record is known to be this colleague's.")
    field = "staff"


class ColleagueAlreadyEnded(DomainError):
    """Somebody has said so."""

    message = _("This was ended already.")


@transaction.atomic
def name_colleague(
    *, patient: Patient, staff: Staff, actor: Actor, at: datetime, submission: UUID | None = None
) -> ColleagueRecord:
    """This patient works here: looks at the record are checked from now on.

    Raises ColleagueAlreadyKnown, PersonErased, DuplicateSubmission.
    """

    def create() -> ColleagueRecord:
        held = hold_patient(patient)
        if ColleagueRecord.objects.open().filter(patient=held, staff=staff).exists():
            raise ColleagueAlreadyKnown
        row = ColleagueRecord.objects.create(patient=held, staff=staff, added_at=at, added_by=actor)
        audit.record(actor=actor, verb="colleague_record.named", subject=held, at=at)
        return row

    return create_once(submission=submission, kind=ColleagueRecord._meta.label, create=create, actor=actor, at=at)


@transaction.atomic
def end_colleague(*, record: ColleagueRecord, actor: Actor, at: datetime) -> ColleagueRecord:
    """It was a mistake, or the colleague has left: looks at the record are like any others.

    Raises ColleagueAlreadyEnded.
    """
    ended = {"ended_at": at, "ended_by": actor}
    if ColleagueRecord.objects.open().filter(pk=record.pk).update(**ended) != 1:
        raise ColleagueAlreadyEnded
    record.refresh_from_db()
    audit.record(actor=actor, verb="colleague_record.ended", subject=record.patient, at=at)
    return record


audit.name_verbs(
    {
        "colleague_record.named": _("Patient's record marked as a colleague's"),
        "colleague_record.ended": _("Mark of a colleague's record ended"),
    }
)
