"""A promise is made, postponed, kept, withdrawn, given up."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Actor, Department, Staff, Team
from hospital_crm.lib.errors import DomainError
from institution.models import Setting
from patients.models import Patient, Target, target_fields
from patients.services.looks import count_looks
from patients.services.survivors import survivor_even_erased, survivor_of
from promises import rules
from promises.models import Promise, PromiseEvent
from promises.querysets import OF_ROWS

from .changes import begin, change, know_concerned, open_to_owner, record, renew, stop, tell_story
from .days import know_changed
from .keepers import check_owner, keepers_without
from .reminders import tell

LONGEST = timedelta(days=3 * 366)  # a promise beyond is a slip of the keyboard
Verb = PromiseEvent.Verb


class DueInThePast(DomainError):
    """What is promised lies ahead."""

    message = _("This time has passed. Choose one that lies ahead.")
    field = "due_at"


class DueTooFarAhead(DomainError):
    """Nobody promises anything for years from now."""

    message = _("This is more than three years ahead. Check the year.")
    field = "due_at"


class ReasonIsMissing(DomainError):
    """Whoever changes what a patient was promised says why."""

    message = _("Say why: the next one who reads it needs to know.")
    field = "reason"


class NotAcceptedYet(DomainError):
    """Whoever was only asked to take it over does not decide about it."""

    message = _("This was passed on to you. Accept or decline it first.")


class RowDecides(DomainError):
    """It is kept by what it was made from, and by nothing else."""

    message = _("This is done on the page that it was made from, and then kept by itself.")


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
def keep_promise(*, promise: Promise, note: str = "", actor: Actor, at: datetime) -> Promise:
    """What was promised is done.

    Raises NotAcceptedYet, PromiseAlreadyOver, PromiseHasChanged.
    """
    check_accepted(promise, actor)
    return _end(promise, Promise.State.KEPT, Verb.KEPT, note, actor, at)


@transaction.atomic
def withdraw_promise(*, promise: Promise, reason: str, actor: Actor, at: datetime) -> Promise:
    """It is no longer owed, for a reason.

    Raises NotAcceptedYet, ReasonIsMissing, PromiseAlreadyOver, PromiseHasChanged.
    """
    check_accepted(promise, actor)
    return close_refused(promise=promise, reason=reason, actor=actor, at=at)


@transaction.atomic
def close_reached(*, promise: Promise, note: str = "", actor: Actor, at: datetime) -> Promise:
    """Somebody, whoever it was, spoke with the person about it: it is kept.

    Raises PromiseAlreadyOver, PromiseHasChanged.
    """
    return _end(promise, Promise.State.KEPT, Verb.KEPT, note, actor, at)


@transaction.atomic
def close_refused(*, promise: Promise, reason: str, actor: Actor, at: datetime) -> Promise:
    """The person wants it no longer, whoever heard that.

    Raises ReasonIsMissing, PromiseAlreadyOver, PromiseHasChanged.
    """
    check_reason(reason)
    return _end(promise, Promise.State.WITHDRAWN, Verb.WITHDRAWN, reason, actor, at)


@transaction.atomic
def close_not_reached(*, promise: Promise, reason: str, actor: Actor, at: datetime) -> Promise:
    """The person could not be reached, and the story says so.

    Raises ReasonIsMissing, PromiseAlreadyOver, PromiseHasChanged.
    """
    check_reason(reason)
    return _end(promise, Promise.State.NOT_REACHED, Verb.NOT_REACHED, reason, actor, at)


@transaction.atomic
def close_of_row(*, promise: Promise, actor: Actor, at: datetime) -> Promise:
    """What it was made from is done.

    Raises PromiseAlreadyOver, PromiseHasChanged.
    """
    return _end(promise, Promise.State.KEPT, Verb.KEPT, "", actor, at, is_row_done=True)


@transaction.atomic
def close_without_row(*, promise: Promise, reason: str, actor: Actor, at: datetime) -> Promise:
    """What it was made from is gone, and it is owed no longer.

    Raises ReasonIsMissing, PromiseAlreadyOver, PromiseHasChanged.
    """
    check_reason(reason)
    return _end(promise, Promise.State.WITHDRAWN, Verb.WITHDRAWN, reason, actor, at, is_row_done=True)


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


def move_due(promise: Promise, due_at: datetime, *, at: datetime, **values: object) -> None:
    """One change for everything that gives an open promise a new time; it has not escalated since."""
    late_at = late_from(due_at, is_owned=promise.owner_id is not None, since=at)
    values |= {"due_at": due_at, "late_at": late_at, "escalation_level": 0}
    change(promise, at=at, revision=promise.revision + 1, **values)


def clock(due_at: datetime, *, is_owned: bool, at: datetime) -> dict[str, datetime | None]:
    """When it counts as late, and since when nobody owns it, for what is owned anew or not at all from now on."""
    return {"late_at": late_from(due_at, is_owned=is_owned, since=at), "unowned_since": None if is_owned else at}


def late_from(due_at: datetime, *, is_owned: bool, since: datetime) -> datetime:
    """When it counts as late; what nobody has taken is late after the minutes of the setting."""
    unowned = timedelta(minutes=float(Setting.objects.number("promises.unowned_minutes")))
    return rules.late_from(due_at, unowned_since=None if is_owned else since, unowned=unowned)


def check_accepted(promise: Promise, actor: Actor) -> None:
    if is_only_asked(promise, actor):
        raise NotAcceptedYet


def is_only_asked(promise: Promise, actor: Actor) -> bool:
    return promise.pending_owner_id is not None and promise.pending_owner_id == actor.staff_id


def check_due(due_at: datetime, at: datetime) -> None:
    if due_at <= at:
        raise DueInThePast
    if due_at > at + LONGEST:
        raise DueTooFarAhead


def check_reason(reason: str) -> None:
    if not reason.strip():
        raise ReasonIsMissing


def _end(
    promise: Promise,
    state: Promise.State,
    verb: Verb,
    reason: str,
    actor: Actor,
    at: datetime,
    *,
    is_row_done: bool = False,
) -> Promise:
    if promise.is_of_row and not is_row_done:
        raise RowDecides
    asked = promise.pending_owner
    change(promise, at=at, state=state, ended_at=at, ended_by=actor, reason=reason, pending_owner=None)
    record(promise, verb, actor=actor, at=at, reason=reason)
    tell_story(promise, state.value, actor=actor, at=at, on_time=at <= promise.first_due_at)
    stop(promise, actor=actor, at=at)
    owner = promise.owner
    if owner is not None and owner.is_active and owner.pk != actor.staff_id:
        tell(promise, owner, state.value, actor=actor, at=at, stays=True)
    tell_asked(promise, asked, actor=actor, at=at)
    return promise


def tell_asked(promise: Promise, asked: Staff | None, *, actor: Actor, at: datetime) -> None:
    """Whoever was asked to take it over knows that nobody asks any more."""
    by_now = (promise.owner_id, promise.pending_owner_id, actor.staff_id)
    if asked is not None and asked.is_active and asked.pk not in by_now:
        tell(promise, asked, "recalled", actor=actor, at=at, stays=True)


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
    }
)
