"""Tags of the hospital's own list are put on patients, and taken off."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.access import Capability
from accounts.models import Actor
from accounts.services.submissions import create_once
from hospital_crm.lib.errors import DomainError
from institution.models import ReferenceItem
from patients.models import Patient, PatientTag

from .survivors import hold_patient
from .timeline import add_timeline_entry

LIST = "patient_tag"
KIND = "patients.tagged"  # its line in the story


class TaggedAlready(DomainError):
    """All of these tags are there."""

    message = _("This tag is there already.")
    field = "tags"


class NotTagged(DomainError):
    """None of these tags is there any more."""

    message = _("This tag is not there any more.")


class TagNotInUse(DomainError):
    """The hospital uses it no longer, or it is no tag."""

    message = _("This tag is not in use any more. Choose another one.")
    field = "tags"


def tag_patient(
    *, patient: Patient, tags: Collection[ReferenceItem], actor: Actor, at: datetime, submission: UUID | None = None
) -> Patient:
    """The patient has these tags from now on, and the story tells which are new.

    Raises TaggedAlready, TagNotInUse, DuplicateSubmission.
    """

    def add(held: Patient, has: set[int]) -> list[ReferenceItem]:
        usable = set(ReferenceItem.objects.in_use(LIST).values_list("pk", flat=True))
        if not usable.issuperset(tag.pk for tag in tags):
            raise TagNotInUse
        new = list({tag.pk: tag for tag in tags if tag.pk not in has}.values())
        if not new:
            raise TaggedAlready
        more = {"added_at": at, "added_by": actor}
        PatientTag.objects.bulk_create(PatientTag(patient=held, tag=tag, **more) for tag in new)
        return new

    return _change(patient, add, actor=actor, at=at, submission=submission, verb="patient.tagged")


def untag_patient(
    *, patient: Patient, tags: Collection[ReferenceItem], actor: Actor, at: datetime, submission: UUID | None = None
) -> Patient:
    """The patient has these tags no longer; also those that are not in use any more can be taken off.

    Raises NotTagged, DuplicateSubmission.
    """

    def remove(held: Patient, has: set[int]) -> list[ReferenceItem]:
        gone = [tag for tag in tags if tag.pk in has]
        if not gone:
            raise NotTagged
        PatientTag.objects.filter(patient=held, tag__in=gone).delete()
        return gone

    return _change(patient, remove, actor=actor, at=at, submission=submission, verb="patient.untagged")


def _change(
    patient: Patient,
    act: Callable[[Patient, set[int]], list[ReferenceItem]],
    *,
    verb: str,
    actor: Actor,
    at: datetime,
    submission: UUID | None,
) -> Patient:
    def change() -> Patient:
        held = hold_patient(patient)
        changed = act(held, set(held.tags.values_list("tag", flat=True)))
        _tell(held, changed, is_on=verb == "patient.tagged", actor=actor, at=at)
        audit.record(actor=actor, verb=verb, subject=held, at=at)
        return held

    with transaction.atomic():
        return create_once(submission=submission, kind=verb, create=change, actor=actor, at=at)


def _tell(patient: Patient, tags: Collection[ReferenceItem], *, is_on: bool, actor: Actor, at: datetime) -> None:
    params: dict[str, Any] = {"is_on": is_on, "tags": [{"zh": tag.label_zh, "en": tag.label_en} for tag in tags]}
    add_timeline_entry(
        target=patient,
        kind=KIND,
        params=params,
        needs=Capability.FIND_PEOPLE,
        occurred_at=at,
        actor=actor,
        source=patient,
    )


audit.name_verbs({"patient.tagged": _("Patient tagged"), "patient.untagged": _("Tag of a patient removed")})
