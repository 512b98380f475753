"""What somebody owes goes back to a team."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Staff, Team
from hospital_crm.lib.errors import DomainError
from promises.models import Promise, PromiseEvent

from .asked import tell_asked
from .changes import record, renew
from .handing_over import hand_over_promise
from .keepers import NobodyOnTeam, can_take, keepers_of
from .ownership import give, tell_before
from .promises import check_reason
from .reassigning import EitherPersonOrTeam


class NotYoursToRelease(DomainError):
    """Only who owes it, or stands in, gives it back; from above it is reassigned."""

    message = _("Only whoever owes this can give it back to a team.")
    field = "team"


class NobodyToPassOnTo(DomainError):
    """Whoever passes something on says to whom."""

    message = _("Choose a colleague, or a team.")
    field = "to"


def pass_on_promise(
    *, promise: Promise, to: Staff | None, team: Team | None, reason: str, staff: Staff, at: datetime
) -> Promise:
    """A colleague was asked to take it over, or it was given back to a team.

    Raises EitherPersonOrTeam, NobodyToPassOnTo, and what `hand_over_promise` and `release_to_team` raise.
    """
    if to is not None and team is not None:
        raise EitherPersonOrTeam
    if team is not None:
        return release_to_team(promise=promise, team=team, reason=reason, staff=staff, at=at)
    if to is None:
        raise NobodyToPassOnTo
    return hand_over_promise(promise=promise, to=to, reason=reason, actor=staff.actor, at=at)


@transaction.atomic
def release_to_team(*, promise: Promise, team: Team, reason: str, staff: Staff, at: datetime) -> Promise:
    """The team owes it at once, until one of its people takes it; somebody else than who gives it back is on it.

    Raises ReasonIsMissing, NotYoursToRelease, NobodyOnTeam, PromiseAlreadyOver, PromiseHasChanged.
    """
    check_reason(reason)
    before, asked = promise.owner, promise.pending_owner
    if not Promise.objects.filter(pk=promise.pk).owed_by(staff, timezone.localdate(at)).exists():
        raise NotYoursToRelease
    if not can_take(team, keepers_of(promise).exclude(pk__in={staff.pk, promise.owner_id})):
        raise NobodyOnTeam
    give(promise, None, team=team, at=at)
    record(promise, PromiseEvent.Verb.HANDED_OVER, actor=staff.actor, at=at, team=team, reason=reason)
    renew(promise, actor=staff.actor, at=at)
    tell_before(promise, before, "moved", actor=staff.actor, at=at)
    tell_asked(promise, asked, actor=staff.actor, at=at)
    return promise
