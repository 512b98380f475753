"""What somebody wrote to us, and who is to ring back about it reads."""

import itertools
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor
from hospital_crm.lib.errors import DomainError
from messaging.models import InboundText
from promises.models import Promise, PromiseEvent
from promises.querysets.promises import PromiseQuerySet

from .changes import change, record, renew
from .deadlines import late_from
from .reminders import tell

Verb = PromiseEvent.Verb
QUIET = timedelta(hours=1)  # between two times that a team is told of texts about what it has not taken


class TextsUnread(DomainError):
    """Whoever settles what somebody wrote has to say as of when it was read: they may have written since."""

    message = _("They have written to us about this. Read their texts, and say which revision of the promise you read.")
    field = "revision"


def as_read(promise: Promise, revision: int | None) -> Promise:
    """As it stood when it was read: whoever has changed it since, or written about it, wins. Where nobody said so, as
    it stands; but texts that nobody may have read are not settled with it.

    Raises TextsUnread.
    """
    if revision is None and promise.is_of_text:
        raise TextsUnread
    promise.revision = promise.revision if revision is None else revision
    return promise


def texts_of(promise: Promise) -> list[InboundText]:
    """What the promise was made from, and what was added to it: the words are nowhere else."""
    if not promise.is_of_text:
        return []
    added = promise.events.filter(verb=Verb.WROTE_AGAIN).values_list("source", flat=True)
    keys = [int(source.rpartition(":")[2]) for source in (promise.source, *added)]
    return list(InboundText.objects.filter(pk__in=keys).order_by("received_at", "pk"))


def hold_read(promises: PromiseQuerySet, *, until: datetime) -> list[Promise]:
    """Those about which nobody has written since then. Within the caller's transaction no text is added to them."""
    held = list(promises.order_by("pk").select_for_update())
    written = Promise.objects.filter(pk__in=[promise.pk for promise in held]).written_after(until)
    unread = set(written.values_list("pk", flat=True))
    return [promise for promise in held if promise.pk not in unread]


@transaction.atomic
def add_text(*, promise: Promise, source: str, due_at: datetime, actor: Actor, at: datetime) -> Promise:
    """They wrote again: due as before, sooner where the new text is due then (`due_at`), and never late later.

    Whoever has it, or has a form of it open, learns of the new text; a team that nobody has taken it from, once more,
    and of those that follow within the hour not again.
    Raises PromiseAlreadyOver, PromiseHasChanged.
    """
    is_sooner, is_owned = due_at < promise.due_at, promise.owner_id is not None
    due_at = min(due_at, promise.due_at)
    late_at = min(promise.late_at, late_from(due_at, is_owned=is_owned, since=at))
    anew = {"escalation_level": 0} if is_sooner or not (is_owned or _knows_of_texts(promise, at)) else {}
    change(promise, at=at, revision=promise.revision + 1, due_at=due_at, late_at=late_at, **anew)
    record(promise, Verb.WROTE_AGAIN, actor=actor, at=at, source=source, due_at=due_at if is_sooner else None)
    renew(promise, actor=actor, at=at)
    if promise.owner is not None:
        tell(promise, promise.owner, "wrote_again", actor=actor, at=at)
    return promise


def _knows_of_texts(promise: Promise, at: datetime) -> bool:
    """The team was told just now, for the first time since a text was added. Once more that it is late is not of texts,
    and whoever leads the team, who is told later, is not the team.
    """
    added = list(promise.events.filter(verb=Verb.WROTE_AGAIN).values_list("happened_at", flat=True))
    to_team = promise.events.filter(verb=Verb.ESCALATED, level=1).order_by("happened_at")
    told = [promise.made_at, *to_team.values_list("happened_at", flat=True)]
    return any(
        last > at - QUIET and any(before < text <= last for text in added) for before, last in itertools.pairwise(told)
    )
