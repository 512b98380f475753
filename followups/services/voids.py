"""A try that never happened counts no longer."""

from datetime import datetime

from django.db import transaction
from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Actor
from followups.models import Attempt
from messaging.services.contact_log import forget_contact
from patients.services.timeline import strike_timeline_entries
from promises.models import Promise
from promises.services import reopening

from .numbers import forget_of_number


@transaction.atomic
def void_attempt(*, attempt: Attempt, reason: str, actor: Actor, at: datetime) -> None:
    """The try never happened: it counts no longer, is crossed out in the person's story, and what it ended or put off
    is owed as before.

    What somebody has changed since the try stays as it is now.
    """
    if Attempt.objects.standing().filter(pk=attempt.pk).update(voided_at=at) != 1:
        return
    promise = Promise.objects.get(pk=attempt.promise_id)
    strike_timeline_entries(target=promise.target, source=attempt, at=at)
    forget_contact(target=promise.target, source=f"attempt:{attempt.pk}")
    first = promise.attempts.standing().aggregate(first=Min("attempted_at"))["first"]
    reopening.set_first_attempt(promise=promise, first=first, at=at)
    if promise.ended_at == attempt.attempted_at:
        reopening.reopen_promise(promise=promise, reason=reason, actor=actor, at=at)
    in_vain = _put_off_to(promise)
    if promise.is_open and promise.due_at in in_vain:
        reopening.undo_next_try(promise=promise, in_vain=in_vain, actor=actor, at=at)
    forget_of_number(attempt, actor, at)
    audit.record(actor=actor, verb="attempt.voided", subject=promise, at=at)


def _put_off_to(promise: Promise) -> set[datetime]:
    """The times of which nothing is left but tries that were voided."""
    tries = promise.attempts.exclude(next_at=None).values_list("next_at", "voided_at")
    standing = {next_at for next_at, voided_at in tries if voided_at is None}
    return {next_at for next_at, _voided_at in tries if next_at is not None and next_at not in standing}


audit.name_verbs({"attempt.voided": _("Attempt voided")})
