"""A promise is made, postponed, tried."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Actor, Department, Staff, Team
from hospital_crm.lib.errors import DomainError
from patients.models import Patient, Target, target_fields
from patients.services.looks import count_looks
from patients.services.survivors import survivor_even_erased, survivor_of
from promises.models import Promise, PromiseEvent
from promises.querysets.conditions import OF_ROWS

from .asked import check_accepted
from .changes import begin, know_concerned, open_to_owner, record, renew, tell_story
from .days import know_changed
from .deadlines import check_due, clock, move_due
from .keepers import check_owner, keepers_without

Verb = PromiseEvent.Verb


class ReasonIsMissing(DomainError):
    """Whoever changes what a patient was promised says why."""

    message = _("Say why: the next one who reads it needs to know.")
    field = "reason"


@transaction.atomic
def make_promise(
    *,
    target: Target | None,
    kind: Promise.Kind,
    due_at: datetime,
    owner: Staff | None = None,
    team: Team | None = None,
    note: str = "",
    source: str = "",
    excluded: Sequence[Staff] = (),
    actor: Actor,
    at: datetime,
) -> Promise:
    """Somebody owes it from now on: the owner, or the team until one of its people takes it.

    Without `target` it is owed to the hospital alone.
    Raises DueInThePast, DueTooFarAhead, NobodyOwns, OwnerHasLeft, CannotOwn, NobodyOnTeam, PersonErased.
    """
    check_due(due_at, at)
    check_owner(owner, team, keepers_without([person.pk for person in excluded]))
    promise = Promise.objects.create(
        **({} if target is None else target_fields(_whom(target, kind))),
        kind=kind,
        note=note,
        owner=owner,
        team=team,
        department=place_of(owner, team, actor.staff),
        due_at=due_at,
        first_due_at=due_at,
        **clock(due_at, is_owned=owner is not None, at=at),
        source=source,
        made_at=at,
        made_by=actor,
    )
    if excluded:
        promise.excluded.set(excluded)
    know_concerned(promise)
    record(promise, Verb.MADE, actor=actor, at=at, due_at=due_at, staff=owner, team=team)
    tell_story(promise, "made", actor=actor, at=at)
    begin(promise, actor=actor, at=at)
    return promise


def _whom(target: Target, kind: Promise.Kind) -> Target:
    """Nothing is promised any more to whoever is erased, but that the request for it is seen to."""
    return survivor_even_erased(target) if kind in OF_ROWS else survivor_of(target)


@transaction.atomic
def postpone_promise(*, promise: Promise, due_at: datetime, reason: str, actor: Actor, at: datetime) -> Promise:
    """It is due later, for a reason; what was queued for the older time is cancelled.

    Raises NotAcceptedYet, DueInThePast, DueTooFarAhead, ReasonIsMissing, PromiseAlreadyOver, PromiseHasChanged.
    """
    check_accepted(promise, actor)
    check_due(due_at, at)
    check_reason(reason)
    move_due(promise, due_at, at=at, times_postponed=promise.times_postponed + 1)
    record(promise, Verb.POSTPONED, actor=actor, at=at, due_at=due_at, reason=reason)
    tell_story(promise, "postponed", actor=actor, at=at)
    renew(promise, actor=actor, at=at)
    return promise


@transaction.atomic
def plan_next_try(*, promise: Promise, due_at: datetime, actor: Actor, at: datetime) -> Promise:
    """Somebody tried without success, and the promise is due again at the time of the next try.

    Raises PromiseAlreadyOver, PromiseHasChanged.
    """
    move_due(promise, due_at, at=at)
    record(promise, Verb.TRIED, actor=actor, at=at, due_at=due_at)
    renew(promise, actor=actor, at=at)
    return promise


@transaction.atomic
def note_first_attempt(*, promise: Promise, at: datetime) -> None:
    """The figures know when somebody first tried."""
    if Promise.objects.filter(pk=promise.pk, first_attempt_at__isnull=True).update(first_attempt_at=at):
        know_changed([promise.first_due_at], at=at)


@transaction.atomic
def renew_access(*, patient: Patient, at: datetime) -> None:
    """Whoever owes the patient something may see what it needs: after a caller was found to be this patient."""
    for promise in Promise.objects.open().of_target(patient):
        open_to_owner(promise, at=at)


def check_reason(reason: str) -> None:
    if not reason.strip():
        raise ReasonIsMissing


def place_of(owner: Staff | None, team: Team | None, otherwise: Staff | None = None) -> Department | None:
    """Whose figures it counts in, and whose head it escalates to: the owner's department, else the team lead's."""
    lead = team.lead if team is not None else None
    for person in (owner, lead, otherwise):
        if person is not None and person.department is not None:
            return person.department
    return None


count_looks(Promise, "promise.opened", "promise.dialled")
audit.name_verbs(
    {
        "promise.made": _("Promise made"),
        "promise.opened": _("Promise opened"),
        "promise.dialled": _("Promise: number shown to be dialled"),
        "promise.taken": _("Promise taken"),
        "promise.handed_over": _("Promise passed on"),
        "promise.accepted": _("Promise accepted"),
        "promise.declined": _("Promise declined"),
        "promise.reassigned": _("Promise reassigned"),
        "promise.postponed": _("Promise postponed"),
        "promise.tried": _("Promise: tried, not reached yet"),
        "promise.escalated": _("Promise escalated"),
        "promise.kept": _("Promise kept"),
        "promise.withdrawn": _("Promise withdrawn"),
        "promise.reopened": _("Promise open again"),
        "promise.try_voided": _("Promise: a try was voided"),
        "promise.not_reached": _("Promise given up: not reached"),
        "promise.wrote_again": _("Promise: the person wrote again"),
    }
)
