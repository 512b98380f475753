"""Every try counts: reached keeps the promise, no answer plans the next try, the last one ends it openly."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Actor
from accounts.services.submissions import create_once
from followups.models import Attempt
from hospital_crm.lib.errors import DomainError
from messaging.models import ContactLog
from patients.models import Phone, Target
from promises.models import Promise
from promises.services import closing, deadlines
from promises.services import promises as promise_services
from promises.services.changes import PromiseAlreadyOver, PromiseHasChanged, know_concerned
from promises.services.texts import hold_read

from .next_tries import next_time
from .numbers import Rung, Unsaid, learn_of_number, number_rung
from .story import tell_story

Outcome, Channel = Attempt.Outcome, ContactLog.Channel


class NextTimeIsMissing(DomainError):
    """Whoever asks to be called later says when."""

    message = _("Say when to call again.")
    field = "next_at"


@transaction.atomic
def record_attempt(
    *,
    promise: Promise,
    outcome: Attempt.Outcome,
    channel: ContactLog.Channel = Channel.PHONE,
    phone: Phone | Unsaid | None = None,
    note: str = "",
    next_at: datetime | None = None,
    revision: int | None = None,
    is_counted: bool = True,
    submission: UUID | None = None,
    actor: Actor,
    at: datetime,
) -> Attempt:
    """The try is on record, and the promise is kept, due again, or closed with the reason.

    `phone`: the number on file that was rung; what the try says of it is known from now on. None: it was none of
    those, or they rang us.
    With the `revision` that was read, whoever has changed the promise since wins.
    `is_counted`: as one more time that the hospital sought the person.
    Raises NextTimeIsMissing, DueInThePast, RowDecides, PromiseAlreadyOver, PromiseHasChanged, NumberIsMissing,
    NotTheirNumber, DuplicateSubmission.
    """
    promise = Promise.objects.select_for_update().get(pk=promise.pk)  # its person is read after the lock

    def record() -> Attempt:
        _check(promise, outcome, next_at, revision, at)
        know_concerned(promise)
        rung = number_rung(promise, channel, phone)
        before = learn_of_number(rung, outcome, actor, at) if rung is not None else None
        attempt = _written(promise, outcome, channel, Rung(rung, before), note, next_at, actor, at)
        tell_story(attempt, actor, at, is_counted=is_counted)
        _conclude(attempt, actor, at)
        return attempt

    return create_once(submission=submission, kind=Attempt._meta.label, create=record, actor=actor, at=at)


def _check(
    promise: Promise, outcome: Attempt.Outcome, next_at: datetime | None, revision: int | None, at: datetime
) -> None:
    if not promise.is_open:
        raise PromiseAlreadyOver(promise)
    if promise.is_of_row:
        raise closing.RowDecides
    if revision is not None and revision != promise.revision:
        raise PromiseHasChanged(promise, read=revision)
    if outcome == Outcome.CALL_LATER and next_at is None:
        raise NextTimeIsMissing
    if next_at is not None:
        deadlines.check_due(next_at, at)


def _written(
    promise: Promise,
    outcome: Attempt.Outcome,
    channel: ContactLog.Channel,
    rung: Rung,
    note: str,
    next_at: datetime | None,
    actor: Actor,
    at: datetime,
) -> Attempt:
    attempt = Attempt.objects.create(
        promise=promise,
        rank=(promise.attempts.aggregate(last=Max("rank"))["last"] or 0) + 1,
        outcome=outcome,
        channel=channel,
        phone=rung.phone,
        phone_before=rung.before,
        note=note,
        attempted_at=at,
        by=actor,
        next_at=next_time(promise, outcome, next_at, at),
    )
    promise_services.note_first_attempt(promise=promise, at=at)
    audit.record(actor=actor, verb="attempt.recorded", subject=attempt.promise, at=at)
    return attempt


@transaction.atomic
def end_ladder(
    *,
    target: Target,
    channel: ContactLog.Channel,
    known_until: datetime | None = None,
    actor: Actor,
    at: datetime,
    note: str = "",
) -> list[Attempt]:
    """Somebody spoke with the person, on whatever channel: nobody rings any more about what was to be rung back.

    What the speaker must not know of stays as it is, and what the person has written about since `known_until`: until
    then the speaker knew of it. However many end, it was one call, and whoever logs it counts it.
    """
    waiting = Promise.objects.open().of_target(target).filter(kind=Promise.Kind.RING_BACK).order_by("pk")
    if actor.staff is not None:
        waiting = waiting.not_about(actor.staff)
    return [
        record_attempt(
            promise=promise,
            outcome=Outcome.REACHED,
            channel=channel,
            note=note,
            is_counted=False,
            actor=actor,
            at=at,
        )
        for promise in hold_read(waiting, until=known_until or at)
    ]


def _conclude(attempt: Attempt, actor: Actor, at: datetime) -> None:
    promise = attempt.promise
    if attempt.outcome == Outcome.REACHED:
        closing.close_reached(promise=promise, note=attempt.note, actor=actor, at=at)
    elif attempt.next_at is not None:
        deadlines.check_due(attempt.next_at, at)
        promise_services.plan_next_try(promise=promise, due_at=attempt.next_at, actor=actor, at=at)
    elif attempt.outcome == Outcome.REFUSED:
        closing.close_refused(promise=promise, reason=_reason(attempt), actor=actor, at=at)
    else:
        closing.close_not_reached(promise=promise, reason=_reason(attempt), actor=actor, at=at)


def _reason(attempt: Attempt) -> str:
    """What was said, or the outcome's code, which `promises/reason.html` puts into words."""
    return attempt.note or attempt.outcome


audit.name_verbs({"attempt.recorded": _("Attempt recorded")})
