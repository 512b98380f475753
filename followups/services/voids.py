"""A try that never happened counts no longer."""

from datetime import datetime

from django.db import transaction
from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Actor
from followups.models import Attempt
from promises.models import Promise
from promises.services import reopening


@transaction.atomic
def void_attempt(*, attempt: Attempt, reason: str, actor: Actor, at: datetime) -> None:
    """The try never happened: it counts no longer, and what it ended or put off is owed as before.

    What somebody has changed since the try stays as it is now.
    """
    if Attempt.objects.standing().filter(pk=attempt.pk).update(voided_at=at) != 1:
        return
    promise = Promise.objects.get(pk=attempt.promise_id)
    first = promise.attempts.standing().aggregate(first=Min("attempted_at"))["first"]
    reopening.set_first_attempt(promise=promise, at=first)
    if promise.ended_at == attempt.attempted_at:
        reopening.reopen_promise(promise=promise, reason=reason, actor=actor, at=at)
    elif promise.is_open and promise.due_at == attempt.next_at:
        reopening.undo_next_try(promise=promise, tried_at=attempt.attempted_at, actor=actor, at=at)
    audit.record(actor=actor, verb="attempt.voided", subject=promise, at=at)


audit.name_verbs({"attempt.voided": _("Attempt voided")})
