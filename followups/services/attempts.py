"""Every try counts: reached keeps the promise, no answer plans the next try, the last one ends it openly."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.access import Capability
from accounts.models import Actor
from accounts.services.submissions import create_once
from followups import rules
from followups.models import Attempt
from hospital_crm.lib.errors import DomainError
from institution.models import Setting
from messaging.models import ContactLog
from messaging.services.contact_log import log_contact
from patients.models import Patient, Phone, Target
from patients.services.phone_checks import learn_from_try, note_success
from patients.services.timeline import add_timeline_entry, name_part
from promises.models import Promise
from promises.services import promises as promise_services
from promises.services.changes import PromiseAlreadyOver, PromiseHasChanged, know_concerned

Outcome, Channel = Attempt.Outcome, ContactLog.Channel
SPOKEN = {Outcome.REACHED, Outcome.CALL_LATER, Outcome.REFUSED}
FOUND = {Outcome.REACHED: Phone.Check.ANSWERED, Outcome.WRONG_NUMBER: Phone.Check.WRONG}  # out about the number


class NextTimeIsMissing(DomainError):
    """Whoever asks to be called later says when."""

    message = _("Say when to call again.")
    field = "next_at"


class NotTheirNumber(DomainError):
    """Whoever is rung is rung on a number of their own file."""

    message = _("This number stands with somebody else.")
    field = "phone"


@dataclass(frozen=True)
class Rung:
    """The number on file, and what was known of it before, where the try has changed that."""

    phone: Phone | None = None
    before: dict[str, Any] | None = None


@transaction.atomic
def record_attempt(
    *,
    promise: Promise,
    outcome: Attempt.Outcome,
    channel: ContactLog.Channel = Channel.PHONE,
    phone: Phone | None = None,
    note: str = "",
    next_at: datetime | None = None,
    revision: int | None = None,
    submission: UUID | None = None,
    actor: Actor,
    at: datetime,
) -> Attempt:
    """The try is on record, and the promise is kept, due again, or closed with the reason.

    `phone`: the number that was rung, if it is on file; what the try says of it is known from now on.
    With the `revision` that was read, whoever has changed the promise since wins.
    Raises NextTimeIsMissing, DueInThePast, RowDecides, PromiseAlreadyOver, PromiseHasChanged, NotTheirNumber,
    DuplicateSubmission.
    """
    promise = Promise.objects.select_for_update().get(pk=promise.pk)  # its person is read after the lock

    def record() -> Attempt:
        _check(promise, outcome, next_at, revision, at)
        know_concerned(promise)
        before = _learn(phone, promise, outcome, actor, at) if phone is not None else None
        return _record(promise, outcome, channel, Rung(phone, before), note, next_at, actor, at)

    return create_once(submission=submission, kind=Attempt._meta.label, create=record, actor=actor, at=at)


def _check(
    promise: Promise, outcome: Attempt.Outcome, next_at: datetime | None, revision: int | None, at: datetime
) -> None:
    if not promise.is_open:
        raise PromiseAlreadyOver(promise)
    if promise.is_of_row:
        raise promise_services.RowDecides
    if revision is not None and revision != promise.revision:
        raise PromiseHasChanged(promise, read=revision)
    if outcome == Outcome.CALL_LATER and next_at is None:
        raise NextTimeIsMissing
    if next_at is not None:
        promise_services.check_due(next_at, at)


def _record(
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
        next_at=_next_time(promise, outcome, rung.phone, next_at, at),
    )
    promise_services.note_first_attempt(promise=promise, at=at)
    _tell(attempt, actor, at)
    _conclude(attempt, actor, at)
    return attempt


@transaction.atomic
def end_ladder(
    *, target: Target, channel: ContactLog.Channel, actor: Actor, at: datetime, note: str = ""
) -> list[Attempt]:
    """Somebody spoke with the person, on whatever channel: nobody rings any more about what was to be rung back.

    What the speaker must not know of stays as it is.
    """
    waiting = Promise.objects.open().of_target(target).filter(kind=Promise.Kind.RING_BACK).order_by("pk")
    if actor.staff is not None:
        waiting = waiting.not_about(actor.staff)
    return [
        record_attempt(promise=promise, outcome=Outcome.REACHED, channel=channel, note=note, actor=actor, at=at)
        for promise in waiting
    ]


def _next_time(
    promise: Promise, outcome: Attempt.Outcome, phone: Phone | None, asked: datetime | None, at: datetime
) -> datetime | None:
    """When to try next; None if this was the last try."""
    if outcome == Outcome.CALL_LATER:
        return asked
    if outcome in (Outcome.REACHED, Outcome.REFUSED):
        return None
    hours = _hours(promise.patient)
    if outcome == Outcome.WRONG_NUMBER:
        return rules.soon(at=at, hours=hours) if _has_another_number(promise, phone) else None
    tries = [*promise.attempts.standing().unsuccessful().values_list("attempted_at", flat=True), at]
    if len(tries) >= int(Setting.objects.number("followups.most_tries")):
        return None
    if outcome == Outcome.BUSY:
        return rules.soon(at=at, hours=hours)
    return rules.next_try(at=at, tries=tries, hours=hours)


def _has_another_number(promise: Promise, phone: Phone | None) -> bool:
    """Which of a patient's numbers are wrong is known by now; tries on numbers that nobody named are counted."""
    if phone is not None:
        return bool(promise.to_dial)
    wrong = promise.attempts.standing().filter(outcome=Outcome.WRONG_NUMBER, phone=None).count()
    return len(promise.to_dial) > wrong + 1


def _hours(patient: Patient | None) -> rules.Hours:
    """When one may ring: in the hospital's hours, of these in the person's own, and not before they want it."""
    opens, closes = (int(Setting.objects.number(f"followups.{name}_hour")) for name in ("opens", "closes"))
    hours = rules.Hours(opens, closes, timezone.get_current_timezone())
    if patient is None:
        return hours
    return hours.within(patient.preferred_from, patient.preferred_until).after(patient.not_before)


def number_rung(*, promise: Promise, channel: str, phone: Phone | None = None) -> Phone | None:
    """Which number on file was rung: the one that was named, else the one to dial first."""
    if promise.patient is None or channel != Channel.PHONE:
        return None
    return phone or promise.patient.phones.filter(is_primary=True).first()


def _learn(
    rung: Phone, promise: Promise, outcome: Attempt.Outcome, actor: Actor, at: datetime
) -> dict[str, Any] | None:
    """What was known of the number before, if something else is now. Raises NotTheirNumber."""
    if rung.patient_id != promise.patient_id:
        raise NotTheirNumber
    if outcome in SPOKEN:
        note_success(patient=rung.patient, digits=rung.digits, at=at)
    found = FOUND.get(outcome)
    return learn_from_try(phone=rung, found=found, actor=actor, at=at) if found is not None else None


def _conclude(attempt: Attempt, actor: Actor, at: datetime) -> None:
    promise = attempt.promise
    if attempt.outcome == Outcome.REACHED:
        promise_services.close_reached(promise=promise, note=attempt.note, actor=actor, at=at)
    elif attempt.next_at is not None:
        promise_services.check_due(attempt.next_at, at)
        promise_services.plan_next_try(promise=promise, due_at=attempt.next_at, actor=actor, at=at)
    elif attempt.outcome == Outcome.REFUSED:
        promise_services.close_refused(promise=promise, reason=_reason(attempt), actor=actor, at=at)
    else:
        promise_services.close_not_reached(promise=promise, reason=_reason(attempt), actor=actor, at=at)


def _reason(attempt: Attempt) -> str:
    """What was said, or the outcome's code, which `promises/reason.html` puts into words."""
    return attempt.note or attempt.outcome


def _tell(attempt: Attempt, actor: Actor, at: datetime) -> None:
    target, spoken = attempt.promise.target, attempt.outcome in SPOKEN
    add_timeline_entry(
        target=target,
        kind="followups.attempt",
        params={"outcome": attempt.outcome, "channel": attempt.channel, "rank": attempt.rank},
        needs=Capability.FIND_PEOPLE,
        occurred_at=at,
        actor=actor,
        source=attempt,
        excluded=attempt.promise.excluded.all(),
    )
    log_contact(
        target=target,
        channel=ContactLog.Channel(attempt.channel),
        reached=spoken,
        source=f"attempt:{attempt.pk}",
        actor=actor,
        at=at,
    )
    audit.record(actor=actor, verb="attempt.recorded", subject=attempt.promise, at=at)


name_part("followups", _("Tries"))
audit.name_verbs({"attempt.recorded": _("Attempt recorded")})
