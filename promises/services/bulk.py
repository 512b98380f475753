"""A promise to each of many patients: made one by one, by the service that makes every promise."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from accounts.models import Staff, Team
from hospital_crm.lib.errors import DomainError
from patients.models import BulkAct, Patient, Selection
from patients.services.bulk_acts import Kind, request_act
from patients.services.selections import people_of
from promises.models import KINDS_FOR_PEOPLE, Promise

from .deadlines import check_due
from .keepers import check_owner, keepers_led_by
from .promises import make_promise

MOST = 10_000  # up to here a page says how many there are


class TooManyPatients(DomainError):
    """More than anybody has counted, and than anybody could keep."""

    message = _("These are more than 10,000 patients. Choose fewer: nobody could keep so many promises.")


class NotForPeople(DomainError):
    """A promise of a row is made with the row, one to an organisation on its page."""

    message = _("This kind of promise is not made to patients.")
    field = "kind"


class HasDied(DomainError):
    """Nothing is promised to somebody who has died."""

    message = _("The patient has died.")


@dataclass(frozen=True)
class Owed:
    """What each of them is promised, and by whom."""

    kind: Promise.Kind
    due_at: datetime
    owner: Staff | None
    team: Team | None
    note: str = ""


def request_promises(
    *, selection: Selection, owed: Owed, staff: Staff, at: datetime, submission: UUID | None = None
) -> BulkAct:
    """A job promises it to each of them; who owes it is of the departments that the person leads.

    Raises NotForPeople, DueInThePast, DueTooFarAhead, NobodyOwns, OwnerHasLeft, CannotOwn, NobodyOnTeam,
    TooManyPatients, DuplicateSubmission.
    """
    if owed.kind not in KINDS_FOR_PEOPLE:
        raise NotForPeople
    check_due(owed.due_at, at)
    check_owner(owed.owner, owed.team, keepers_led_by(staff))
    if people_of(selection, staff)[: MOST + 1].count() > MOST:
        raise TooManyPatients
    parameters = {
        "kind": owed.kind.value,
        "due_at": owed.due_at.isoformat(),
        "owner": owed.owner.pk if owed.owner else None,
        "team": owed.team.pk if owed.team else None,
        "note": owed.note,
    }

    def told() -> str:
        whose = owed.owner.name if owed.owner else owed.team.name if owed.team else ""
        parts = (owed.kind.label, owed.note, f"{timezone.localtime(owed.due_at):%Y-%m-%d %H:%M}", whose)
        return " · ".join(str(part) for part in parts if part)

    return request_act(
        kind=PROMISES, selection=selection, parameters=parameters, told=told, staff=staff, at=at, submission=submission
    )


def owed_of(act: BulkAct) -> Owed:
    """What was asked for."""
    told = act.parameters
    due_at = parse_datetime(told["due_at"])
    assert due_at is not None  # noqa: S101  as `request_promises` wrote it
    owner = Staff.objects.filter(pk=told["owner"]).first()
    team = Team.objects.filter(pk=told["team"]).first()
    return Owed(Promise.Kind(told["kind"]), due_at, owner, team, told["note"])


def _promise(owed: Owed, patient: Patient, act: BulkAct, staff: Staff, at: datetime) -> Promise:
    if patient.died_on is not None:
        raise HasDied
    return make_promise(
        target=patient,
        kind=owed.kind,
        due_at=owed.due_at,
        owner=owed.owner,
        team=owed.team,
        note=owed.note,
        source=f"bulk:{act.pk}:{patient.pk}",
        actor=staff.actor,
        at=at,
    )


PROMISES = Kind(kind="bulk_promises", prepare=owed_of, act=_promise)
