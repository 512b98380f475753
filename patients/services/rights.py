"""What people ask about their own data is written down, refused with a reason, or answered."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Actor
from accounts.services.submissions import create_once
from accounts.services.versions import save_version
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.moments import BEFORE_ALL
from institution.models import Setting
from patients.models import DataRequest, Patient, Relation
from patients.models.rights import FIRST

from .relatives import tie_of
from .survivors import hold_patient

DAYS = "patients.data_request_days"  # the setting: within so many days it is answered
Asker, Kind, State = DataRequest.Asker, DataRequest.Kind, DataRequest.State


class RequestAlreadyOpen(DomainError):
    """The same is asked for already and not answered yet."""

    message = _("This was asked for already and is still open.")


class RequestAlreadyClosed(DomainError):
    """Somebody has answered or refused it."""

    message = _("This request was answered already.")


class ErasureUnderWay(DomainError):
    """What was approved goes on to its end."""

    message = _("The erasure was approved and is under way: nothing stops it.")


class AskedInTheFuture(DomainError):
    """Whoever asked did so before now."""

    message = _("This moment is still to come.")
    field = "asked_at"


class AskedBeforeBirth(DomainError):
    """Nobody asks for somebody who is still to be born."""

    message = _("The patient was not born then.")
    field = "asked_at"


class MayNotAsk(DomainError):
    """A child's guardian asks, and for others only whom the record names with the right (PIPL art. 31, 49)."""

    message = _("Nobody on file as a relative may ask this. Record the relative first, and what he or she may be told.")
    field = "asker"


class GuardianAsks(MayNotAsk):
    """Of a child under 14."""

    message = _("The patient is under 14: a guardian asks.")


class PersonHasDied(MayNotAsk):
    """Then a relative asks."""

    message = _("The patient has died: a relative asks.")


class PapersNotSeen(DomainError):
    """Whoever asks for somebody else shows that he or she may."""

    message = _("Whoever asks for somebody else shows a document and proves the relationship.")
    field = "identity"


class AnswerIsMissing(DomainError):
    """The person is told how it ended, and why."""

    message = _("Say how it was answered: the person has a right to know.")
    field = "answer"


class NotACopy(DomainError):
    """An erasure is not answered by hand: it ends when all parts are ticked."""

    message = _("An erasure ends by itself when everything is erased.")


@dataclass(frozen=True)
class Asked:
    """What somebody asks for, and how it was made sure who it is; `asked_at` now, if nobody says otherwise."""

    kind: DataRequest.Kind
    identity: DataRequest.Identity
    asker: DataRequest.Asker = Asker.PERSON
    note: str = ""
    asked_at: datetime | None = None


@transaction.atomic
def open_request(
    *, patient: Patient, asked: Asked, actor: Actor, at: datetime, submission: UUID | None = None
) -> DataRequest:
    """It is to be answered within the hospital's days.

    Raises AskedInTheFuture, AskedBeforeBirth, MayNotAsk, GuardianAsks, PersonHasDied, PapersNotSeen,
    RequestAlreadyOpen, DuplicateSubmission.
    """
    asked_at = asked.asked_at or at
    if asked_at > at:
        raise AskedInTheFuture

    def create() -> DataRequest:
        held = hold_patient(patient)  # of two at once one is the first
        if asked_at < FIRST or timezone.localdate(asked_at) < born_from(held):
            raise AskedBeforeBirth
        _check_asker(held, asked, at)
        if held.data_requests.open().filter(kind=asked.kind).exists():
            raise RequestAlreadyOpen
        days = int(Setting.objects.number(DAYS))
        request = DataRequest.objects.create(
            patient=held,
            kind=asked.kind,
            asker=asked.asker,
            identity=asked.identity,
            note=asked.note,
            asked_at=asked_at,
            recorded_at=at,
            recorded_by=actor,
            due_on=timezone.localdate(asked_at) + timedelta(days=days),
            updated_at=at,
            updated_by=actor,
        )
        record_step("opened", request, actor=actor, at=at)
        return request

    return create_once(submission=submission, kind=DataRequest._meta.label, create=create, actor=actor, at=at)


def born_from(patient: Patient) -> date:
    """The first day on which the person can have lived."""
    return patient.birth_date or (date(patient.birth_year, 1, 1) if patient.birth_year else BEFORE_ALL)


def _check_asker(patient: Patient, asked: Asked, at: datetime) -> None:
    if asked.asker == Asker.PERSON:
        if patient.died_on is not None:
            raise PersonHasDied
        if patient.needs_guardian(timezone.localdate(at)):
            raise GuardianAsks
        return
    ties = [tie_of(row, patient) for row in Relation.objects.open().of(patient)]
    if asked.asker == Asker.GUARDIAN:
        may = any(tie.guards for tie in ties)
    else:
        told = Relation.Told.EVERYTHING
        may = any(patient.died_on is not None or tie.may_be_told == told for tie in ties)
    if not may:
        raise MayNotAsk
    if asked.identity != DataRequest.Identity.PAPERS:
        raise PapersNotSeen


@transaction.atomic
def refuse_request(*, request: DataRequest, version: int, answer: str, actor: Actor, at: datetime) -> DataRequest:
    """It is not done, for a reason that the person is told.

    Raises AnswerIsMissing, RequestAlreadyClosed, ErasureUnderWay, StaleVersion.
    """
    return _close(request, State.REFUSED, version, answer, actor, at)


@transaction.atomic
def answer_request(*, request: DataRequest, version: int, answer: str, actor: Actor, at: datetime) -> DataRequest:
    """The person has the copy.

    Raises NotACopy, AnswerIsMissing, RequestAlreadyClosed, StaleVersion.
    """
    if request.is_erasure:
        raise NotACopy
    return _close(request, State.DONE, version, answer, actor, at)


def _close(
    request: DataRequest, state: DataRequest.State, version: int, answer: str, actor: Actor, at: datetime
) -> DataRequest:
    if not answer.strip():
        raise AnswerIsMissing
    held = DataRequest.objects.select_for_update().get(pk=request.pk)
    if not held.is_open:
        raise RequestAlreadyClosed
    if held.is_under_way:
        raise ErasureUnderWay
    values = {"state": state, "answer": answer, "closed_at": at, "closed_by": actor}
    save_version(request, version=version, values=values, actor=actor, at=at)
    record_step(state.value, request, actor=actor, at=at)
    return request


def record_step(step: str, request: DataRequest, *, actor: Actor, at: datetime) -> None:
    """The audit has it, for the person asked about: what was asked for, never what was said."""
    audit.record(
        actor=actor, verb=f"data_request.{step}", subject=request.patient, at=at, fields=[f"request_{request.kind}"]
    )


audit.name_fields({f"request_{kind.value}": kind.label for kind in Kind})
audit.name_verbs(
    {
        "data_request.opened": _("Data request recorded"),
        "data_request.refused": _("Data request refused"),
        "data_request.done": _("Data request answered"),
        "data_request.approved": _("Erasure approved"),
        "data_request.copy_asked": _("Copy of a person's data being written"),
        "data_request.copy_ended": _("Copy of a person's data removed: records were merged or separated"),
        "data_request.copy_fetched": _("Copy of a person's data fetched"),
    }
)
