"""What a call settles and tries, and what is open again when the call turns out to be wrong."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor, Staff
from consult import rules
from consult.models import Call
from followups.models import Attempt
from followups.services.attempts import end_ladder, record_attempt
from followups.services.voids import void_attempt
from hospital_crm.lib.errors import DomainError
from messaging.models import ContactLog
from messaging.services.contact_log import log_contact
from patients.models import Phone
from promises.models import Promise
from promises.querysets.promises import PromiseQuerySet
from promises.services.closing import keep_promise
from promises.services.reopening import reopen_promise
from promises.services.texts import hold_read

from .promised import Promised

CHANNELS = {
    Call.Channel.PHONE: ContactLog.Channel.PHONE,
    Call.Channel.DESK: ContactLog.Channel.DESK,
    Call.Channel.WEB: ContactLog.Channel.WEB,
    Call.Channel.WECHAT: ContactLog.Channel.WECHAT,
    Call.Channel.MAIL: ContactLog.Channel.EMAIL,
}


class NotOfThisCall(DomainError):
    """A call settles what is owed to its own person, and what whoever took it may keep."""

    message = _("This call cannot settle that promise: it is owed to somebody else, or not yours to keep.")
    field = "settles"


def channel_of(call: Call) -> ContactLog.Channel:
    return CHANNELS[Call.Channel(call.channel)]


def settle_in_call(
    *, call: Call, promises: Sequence[Promise] | None, known_until: datetime, staff: Staff, at: datetime
) -> None:
    """What was to be rung back about was said now; the others are kept by this call.

    None: nobody said what it settled, so that all ring-backs end. Where nobody spoke, nothing is settled, nor what the
    person has written about since `known_until`: nobody has read that yet.
    Raises NotOfThisCall, PromiseAlreadyOver, PromiseHasChanged.
    """
    actor = staff.actor
    if not rules.was_spoken(call.disposition):
        return
    channel = channel_of(call)
    if promises is None:
        ended = end_ladder(target=call.target, channel=channel, known_until=known_until, actor=actor, at=at)
        call.settled.add(*(attempt.promise for attempt in ended))
        return
    _check_settleable(call, promises, staff, at)
    known = _hold_known(promises, known_until)
    for promise in known:
        if promise.kind == Promise.Kind.RING_BACK:
            record_attempt(
                promise=promise,
                outcome=Attempt.Outcome.REACHED,
                channel=channel,
                is_counted=False,  # the call itself is, where it went out
                actor=actor,
                at=at,
            )
        else:
            keep_promise(promise=promise, actor=actor, at=at)
    call.settled.add(*known)


def try_in_call(
    *,
    call: Call,
    promise: Promise,
    promised: Promised | None = None,
    known_until: datetime,
    staff: Staff,
    at: datetime,
) -> Attempt | None:
    """The outgoing call was a try to keep this promise: it is kept, due again, or closed with the reason.

    None: the person has written again since `known_until`, and the promise stays as it is, unless they asked to be
    called later.
    Raises NotOfThisCall, PromiseAlreadyOver, PromiseHasChanged, DueInThePast.
    """
    _check_settleable(call, [promise], staff, at)
    outcome = Attempt.Outcome(rules.outcome_of(call.disposition, promised.kind if promised else ""))
    if outcome != Attempt.Outcome.CALL_LATER and not _hold_known([promise], known_until):
        return None
    return record_attempt(
        promise=promise,
        outcome=outcome,
        channel=channel_of(call),
        phone=_phone_of(call),
        next_at=promised.due_at if promised and outcome == Attempt.Outcome.CALL_LATER else None,
        actor=staff.actor,
        at=at,
    )


def _phone_of(call: Call) -> Phone | None:
    """The number on file that was rung."""
    if call.patient is None or call.channel != Call.Channel.PHONE:
        return None
    return call.patient.phones.filter(digits=call.digits, extension=call.extension).first()


def _check_settleable(call: Call, promises: Sequence[Promise], staff: Staff, at: datetime) -> None:
    """Raises NotOfThisCall."""
    keys = {promise.pk for promise in promises}
    if keys and settleable_in(call, staff, at).filter(pk__in=keys).count() != len(keys):
        raise NotOfThisCall


def _hold_known(promises: Sequence[Promise], until: datetime) -> list[Promise]:
    return hold_read(Promise.objects.filter(pk__in=[promise.pk for promise in promises]), until=until)


def left_unread(call: Call, *, known_until: datetime, staff: Staff) -> PromiseQuerySet:
    """What is to be rung back still, though somebody spoke with the person: they have written since."""
    if not rules.was_spoken(call.disposition):
        return Promise.objects.none()
    ring_backs = Promise.objects.open().of_target(call.target).filter(kind=Promise.Kind.RING_BACK)
    return ring_backs.not_about(staff).written_after(known_until)


def settleable_in(call: Call, staff: Staff, at: datetime) -> PromiseQuerySet:
    """What is owed to the person of the call, as far as whoever logs it may keep it."""
    return Promise.objects.of_target(call.target).settleable_by(staff, timezone.localdate(at))


def note_try(*, call: Call, actor: Actor, at: datetime) -> None:
    """An outgoing call that kept no promise counts among the tries to reach the person all the same."""
    log_contact(
        target=call.target,
        channel=channel_of(call),
        reached=rules.was_spoken(call.disposition),
        source=f"call:{call.pk}",
        number="" if call.extension else call.digits,  # behind one switchboard sit many people
        actor=actor,
        at=at,
    )


def undo_settled(*, call: Call, reason: str, actor: Actor, at: datetime) -> None:
    """What the call had settled is owed again, unless somebody has changed it since; its tries count no longer."""
    for attempt in _tries_of(call):
        void_attempt(attempt=attempt, reason=reason, actor=actor, at=at)
    for promise in list(settled_still(call)):
        reopen_promise(promise=promise, reason=reason, actor=actor, at=at)


def settled_still(call: Call) -> PromiseQuerySet:
    """What the call, or the one that it replaces, has ended, and nobody has touched since."""
    tried = [call.attempt.promise_id] if call.attempt is not None else []
    return Promise.objects.filter(pk__in=[*_settled(call), *tried], ended_at__in=when_logged(call)).order_by("pk")


def _tries_of(call: Call) -> list[Attempt]:
    """The one that it was, and those that came of settling; each found by an index of its own."""
    came_of_it = Attempt.objects.filter(promise__in=_settled(call), attempted_at__in=when_logged(call))
    keys = [*came_of_it.values_list("pk", flat=True), *([call.attempt_id] if call.attempt_id else [])]
    return list(Attempt.objects.standing().filter(pk__in=keys).order_by("pk"))


def _settled(call: Call) -> list[int]:
    return list(call.settled.values_list("pk", flat=True))


def when_logged(call: Call) -> list[datetime]:
    """When it was logged, and when those were that it replaces: what they ended carries these times."""
    moments, before = [call.logged_at], call.replaces
    while before is not None:
        moments.append(before.logged_at)
        before = before.replaces
    return moments
