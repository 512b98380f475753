"""Organisations are written here and nowhere else."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.access import Capability
from accounts.models import Actor
from accounts.services.submissions import create_once
from accounts.services.versions import save_version
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.pinyin import name_readings, words
from institution.services.numbers import next_number
from patients.models import Organisation

from .timeline import add_timeline_entry

NUMBERS = "organisation"  # the sequence of their numbers
LONGEST_SOUND = Organisation._meta.get_field("sound").max_length


class OrganisationAlreadyThere(DomainError):
    """One of this name in this district is on file and has not ended."""

    message = _("An organisation of this name is on file in this district already.")
    field = "name"


class OrganisationAlreadyEnded(DomainError):
    """The hospital has nothing more to do with it: nothing new is planned there."""

    message = _("This organisation has ended. Take it up again first.")


class OrganisationIsActive(DomainError):
    """It has not ended."""

    message = _("This organisation has not ended.")


def register_organisation(
    *, values: dict[str, Any], actor: Actor, at: datetime, submission: UUID | None = None
) -> Organisation:
    """It is on file with a number of ours and is found by its name and the pinyin of it.

    Raises OrganisationAlreadyThere, DuplicateSubmission.
    """

    def create() -> Organisation:
        number = next_number(code=NUMBERS, at=at)
        stamp = {"registered_at": at, "updated_at": at, "updated_by": actor}
        with _once_a_district():
            row = Organisation.objects.create(**values, sound=sound_of(values["name"]), number=number, **stamp)
        _tell(row, "organisation_registered", actor, at, number=number)
        audit.record(actor=actor, verb="organisation.registered", subject=row, at=at)
        return row

    with transaction.atomic():
        return create_once(submission=submission, kind=Organisation._meta.label, create=create, actor=actor, at=at)


@transaction.atomic
def update_organisation(
    *, organisation: Organisation, version: int, values: dict[str, Any], actor: Actor, at: datetime
) -> Organisation:
    """Its details are as given.

    Raises StaleVersion, OrganisationAlreadyThere.
    """
    heard = {"sound": sound_of(values["name"])} if "name" in values else {}
    with _once_a_district():
        changed = set(save_version(organisation, version=version, values={**values, **heard}, actor=actor, at=at))
    if fields := changed - {"sound"}:
        audit.record(actor=actor, verb="organisation.updated", subject=organisation, at=at, fields=fields)
    return organisation


@transaction.atomic
def end_organisation(*, organisation: Organisation, reason: str, actor: Actor, at: datetime) -> Organisation:
    """The hospital has nothing more to do with it, for a reason; what was promised stays owed.

    Raises OrganisationAlreadyEnded.
    """
    ended = {"ended_at": at, "end_reason": reason, **_stamp(actor, at)}
    if Organisation.objects.active().filter(pk=organisation.pk).update(**ended) != 1:
        raise OrganisationAlreadyEnded
    organisation.refresh_from_db()
    _tell(organisation, "organisation_ended", actor, at)
    audit.record(actor=actor, verb="organisation.ended", subject=organisation, at=at)
    return organisation


@transaction.atomic
def take_up_organisation(*, organisation: Organisation, actor: Actor, at: datetime) -> Organisation:
    """It counts again.

    Raises OrganisationIsActive, OrganisationAlreadyThere.
    """
    back = {"ended_at": None, "end_reason": "", **_stamp(actor, at)}
    with _once_a_district():
        taken = Organisation.objects.ended().filter(pk=organisation.pk).update(**back)
    if taken != 1:
        raise OrganisationIsActive
    organisation.refresh_from_db()
    _tell(organisation, "organisation_taken_up", actor, at)
    audit.record(actor=actor, verb="organisation.taken_up", subject=organisation, at=at)
    return organisation


def hold_organisation(organisation: Organisation) -> Organisation:
    """Which to write about, to the end of the caller's transaction: nobody ends it in between.

    Raises OrganisationAlreadyEnded.
    """
    held = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if not held.is_active:
        raise OrganisationAlreadyEnded
    return held


def sound_of(name: str) -> str:
    """All readings of the name and their initials; of a name in Latin letters its words run together."""
    heard = [part for reading in name_readings(name) for part in (reading.full, reading.initials)]
    return " ".join(dict.fromkeys([*heard, "".join(words(name))]))[:LONGEST_SOUND].strip()


def _tell(row: Organisation, line: str, actor: Actor, at: datetime, **params: Any) -> None:
    add_timeline_entry(
        target=row,
        kind=f"patients.{line}",
        params=params,
        needs=Capability.SEE_ORGANISATIONS,
        occurred_at=at,
        actor=actor,
    )


def _stamp(actor: Actor, at: datetime) -> dict[str, Any]:
    return {"version": F("version") + 1, "updated_at": at, "updated_by": actor}


@contextmanager
def _once_a_district() -> Iterator[None]:
    """The table's constraint says so, of two at once too: it is the only one that what people type can break."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as clash:
        raise OrganisationAlreadyThere from clash


audit.name_verbs(
    {
        "organisation.registered": _("Organisation registered"),
        "organisation.updated": _("Organisation changed"),
        "organisation.ended": _("Organisation ended"),
        "organisation.taken_up": _("Organisation taken up again"),
        "organisation.opened": _("Organisation's page opened"),
    }
)
