"""Who owes it is decided from above, or because nobody may keep it any more: nobody needs to accept."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor, Staff, Team
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.moments import said
from promises.models import Promise, PromiseEvent

from .asked import tell_asked
from .changes import change, in_lock_order, record, renew
from .keepers import can_take, check_owner, keepers_of
from .ownership import give, tell_before
from .recipients import nearest_head
from .reminders import tell

Verb = PromiseEvent.Verb


class EitherPersonOrTeam(DomainError):
    """Two cannot owe the same."""

    message = _("Either a colleague or a team.")
    field = "team"


@transaction.atomic
def reassign_promise(
    *, promise: Promise, owner: Staff | None, team: Team | None, reason: str = "", actor: Actor, at: datetime
) -> Promise:
    """The person or the team owes it from now on: decided from above, so nobody needs to accept.

    Where they owe it already, and nobody was asked to take it over, nothing happens.
    Raises EitherPersonOrTeam, NobodyOwns, OwnerHasLeft, CannotOwn, NobodyOnTeam, PromiseAlreadyOver,
    PromiseHasChanged.
    """
    before, asked = promise.owner, promise.pending_owner
    if owner is not None and team is not None:
        raise EitherPersonOrTeam
    check_owner(owner, team, keepers_of(promise))
    if _is_owed_by(promise, owner, team):
        return promise
    give(promise, owner, at=at, team=team if owner is None else promise.team)
    record(promise, Verb.REASSIGNED, actor=actor, at=at, staff=owner, team=team, reason=reason)
    renew(promise, actor=actor, at=at)
    if owner is not None and owner != actor.staff:
        tell(promise, owner, "reassigned", actor=actor, at=at)
    tell_before(promise, before, "moved", actor=actor, at=at)
    tell_asked(promise, asked, actor=actor, at=at)
    return promise


def _is_owed_by(promise: Promise, owner: Staff | None, team: Team | None) -> bool:
    if not promise.is_open or promise.pending_owner is not None or promise.owner != owner:
        return False
    return owner is not None or promise.team == team


class SomeAreGone(DomainError):
    """Of what was named, `number` are settled, or not the leader's to give: then nothing moves."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number

    def __str__(self) -> str:
        text = ngettext(
            "%(number)d of these promises is not open any more, or not yours to reassign. Nothing was changed.",
            "%(number)d of these promises are not open any more, or not yours to reassign. Nothing was changed.",
            self.number,
        )
        return text % {"number": self.number}


class GivenBefore(SomeAreGone):
    """The leader gave them away, and asks once more: after going back to the form."""

    def __init__(self, number: int, given_at: datetime) -> None:
        super().__init__(number)
        self.given_at = given_at

    def __str__(self) -> str:
        when = said(self.given_at, timezone.now())
        return gettext("You reassigned these %(when)s. Nothing more was changed.") % {"when": when}


def gone(keys: Collection[int], found: Collection[Promise], *, leader: Staff) -> SomeAreGone | None:
    """What speaks against reassigning all that was named, where only these of them were found."""
    missing = set(keys) - {promise.pk for promise in found}
    if not missing:
        return None
    still_open = Promise.objects.open().not_about(leader).filter(pk__in=missing)
    given = PromiseEvent.objects.filter(promise__in=still_open, verb=Verb.REASSIGNED, actor__staff=leader)
    moments = dict(given.order_by("happened_at", "pk").values_list("promise", "happened_at"))
    return (
        GivenBefore(len(missing), max(moments.values())) if len(moments) == len(missing) else SomeAreGone(len(missing))
    )


@transaction.atomic
def reassign_promises(
    *, promises: Iterable[Promise], owner: Staff | None, team: Team | None, reason: str, actor: Actor, at: datetime
) -> int:
    """All of them at once, or none; returns how many. Raises what `reassign_promise` raises."""
    done = 0
    for promise in in_lock_order(promises):
        reassign_promise(promise=promise, owner=owner, team=team, reason=reason, actor=actor, at=at)
        done += 1
    return done


def release_promises(*, actor: Actor, at: datetime) -> int:
    """What those owed who may keep it no longer lies with the team or with the head; returns how many promises moved.

    They have left, or lost the role, or turned out to be concerned.

    Where there is neither, it stays and stands among the unowned.
    """
    moved = sum(_release(promise, actor, at) for promise in Promise.objects.open().deserted().with_people())
    for promise in Promise.objects.open().asked_in_vain().with_people():
        _take_back(promise, actor, at)
    return moved


def _take_back(promise: Promise, actor: Actor, at: datetime) -> None:
    """Whom it was passed on to keeps no promises any more: it stays with whoever has it, who is told."""
    asked = promise.pending_owner
    try:
        with transaction.atomic():
            change(promise, at=at, pending_owner=None, revision=promise.revision + 1)
            record(promise, Verb.DECLINED, actor=actor, at=at, staff=asked)
            renew(promise, actor=actor, at=at)
            if promise.owner is not None:
                tell(promise, promise.owner, "declined", actor=actor, at=at)
    except DomainError:  # settled or answered in the same moment
        return


@transaction.atomic
def _release(promise: Promise, actor: Actor, at: datetime) -> bool:
    team, head = promise.team, None
    if team is None or not can_take(team, keepers_of(promise)):
        team, head = None, nearest_head(promise, at)
    if team is None and head is None:
        return False
    try:
        reassign_promise(promise=promise, owner=head, team=team, actor=actor, at=at)
    except DomainError:  # settled or moved in the same moment
        return False
    return True
