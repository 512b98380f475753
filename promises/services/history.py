"""What became of a promise, as its history tells it to whoever comes too late."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Staff
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.moments import said
from promises.models import Promise, PromiseEvent

Verb = PromiseEvent.Verb
MOVED = (Verb.MADE, Verb.TAKEN, Verb.HANDED_OVER, Verb.ACCEPTED, Verb.DECLINED, Verb.REASSIGNED, Verb.REOPENED)
ENDED = (Verb.KEPT, Verb.WITHDRAWN, Verb.NOT_REACHED)
SILENT = (Verb.MADE, Verb.ESCALATED, *ENDED)  # the revision stays as it is
MOST_TOLD = 3  # more steps nobody reads in an error


class OutOfYourHands(DomainError):
    """The person may read it, and not act on it, or no longer; says what became of it, or who sees to it."""

    message = gettext_lazy("You may read this promise, and not act on it.")

    def __init__(self, current: Promise, reader: Staff) -> None:
        super().__init__()
        self.current = current
        self._steps = _last(current.events.filter(verb__in=(*MOVED, *ENDED)), 1)
        self._was_theirs = current.events.exclude(verb=Verb.ESCALATED).filter(staff=reader).exists()

    def __str__(self) -> str:
        keeper = self.current.owner or self.current.team
        if self.current.is_open and keeper is not None and not self._was_theirs:
            return _("%(name)s sees to it; you may read it.") % {"name": keeper.name}
        return _("%(step)s · no longer yours") % {"step": tell_steps(self._steps)}


def out_of_hands(promise: Promise, reader: Staff) -> OutOfYourHands | None:
    """What speaks against acting on a promise that was read `with_hands_of` the reader."""
    return None if vars(promise)["is_in_hands"] else OutOfYourHands(promise, reader)


def steps_since(current: Promise, revision: int) -> list[PromiseEvent]:
    """What made the revision rise since this one, oldest first; the last of it at least."""
    number = min(max(current.revision - revision, 1), MOST_TOLD)
    return _last(current.events.exclude(verb__in=SILENT), number)


def tell_steps(steps: Iterable[PromiseEvent]) -> str:
    """Who did what, and when; in the reader's language."""
    now = timezone.now()
    return _(", then ").join(_tell(step, now) for step in steps)


def _tell(step: PromiseEvent, now: datetime) -> str:
    parts = {"who": step.actor.name, "when": said(step.happened_at, now), "step": step.told}
    words = _("%(who)s, %(when)s: %(step)s") % parts
    if step.due_at is None:
        return words
    return f"{words} · {_('by %(due)s') % {'due': said(step.due_at, now)}}"


def _last(events: QuerySet[PromiseEvent], number: int) -> list[PromiseEvent]:
    newest = events.select_related("actor__staff", "staff", "team").order_by("-happened_at", "-pk")
    return list(newest[:number])[::-1]
