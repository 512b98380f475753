"""What a call promises, settles and tries, within the call's own transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Actor, Staff, Team
from consult import rules
from consult.models import Call
from followups.models import Attempt
from followups.services.attempts import record_attempt
from messaging.models import ContactLog
from messaging.services.contact_log import log_contact
from promises.models import Promise
from promises.services.ownership import hand_over_promise
from promises.services.promises import keep_promise, make_promise, withdraw_promise

NOTE_LENGTH = 300
CHANNELS = {
    Call.Channel.PHONE: ContactLog.Channel.PHONE,
    Call.Channel.DESK: ContactLog.Channel.DESK,
    Call.Channel.WEB: ContactLog.Channel.WEB,
    Call.Channel.WECHAT: ContactLog.Channel.WECHAT,
    Call.Channel.MAIL: ContactLog.Channel.EMAIL,
}


@dataclass(frozen=True)
class Promised:
    """What was promised in the call, until when, and who is to keep it."""

    kind: Promise.Kind
    due_at: datetime
    keeper: Staff | Team


def promise_in_call(*, call: Call, promised: Promised, staff: Staff, at: datetime) -> Promise:
    """The promise is made. Who took the question owes it until the colleague accepts; a team owes at once.

    Raises DueInThePast, DueTooFarAhead, OwnerHasLeft, NobodyOnTeam, CannotTakeOver.
    """
    keeper = promised.keeper
    topic = call.topics.select_related("topic").order_by("position").first()
    promise = make_promise(
        target=call.target,
        kind=promised.kind,
        due_at=promised.due_at,
        owner=None if isinstance(keeper, Team) else staff,
        team=keeper if isinstance(keeper, Team) else None,
        note=((topic.question or str(topic.topic)) if topic else "")[:NOTE_LENGTH],
        source=f"call:{call.pk}",
        actor=staff.actor,
        at=at,
    )
    if isinstance(keeper, Staff) and keeper != staff:
        hand_over_promise(promise=promise, to=keeper, actor=staff.actor, at=at)
    return promise


def settle_in_call(*, call: Call, promises: Sequence[Promise], actor: Actor, at: datetime) -> None:
    """What was to be rung back about was said now; the others are kept by this call.

    Raises PromiseAlreadyOver, PromiseHasChanged.
    """
    for promise in promises:
        if promise.kind == Promise.Kind.RING_BACK:
            channel = CHANNELS[Call.Channel(call.channel)]
            record_attempt(
                promise=promise, outcome=Attempt.Outcome.REACHED, channel=channel, note="", actor=actor, at=at
            )
        else:
            keep_promise(promise=promise, actor=actor, at=at)


def try_in_call(*, call: Call, promise: Promise, promised: Promised | None, actor: Actor, at: datetime) -> Attempt:
    """The outgoing call was a try to keep this promise: it is kept, due again, or closed with the reason.

    Raises PromiseAlreadyOver, PromiseHasChanged, DueInThePast.
    """
    outcome = Attempt.Outcome(rules.outcome_of(call.disposition, promised.kind if promised else ""))
    return record_attempt(
        promise=promise,
        outcome=outcome,
        channel=CHANNELS[Call.Channel(call.channel)],
        next_at=promised.due_at if promised and outcome == Attempt.Outcome.CALL_LATER else None,
        actor=actor,
        at=at,
    )


def note_try(*, call: Call, actor: Actor, at: datetime) -> None:
    """An outgoing call that kept no promise counts among the tries to reach the person all the same."""
    log_contact(
        target=call.target,
        channel=CHANNELS[Call.Channel(call.channel)],
        reached=call.disposition not in rules.WITHOUT_TOPIC,
        source=f"call:{call.pk}",
        actor=actor,
        at=at,
    )


def withdraw_of_call(*, call: Call, reason: str, actor: Actor, at: datetime) -> None:
    """What a voided call promised is no longer owed."""
    if call.promise is not None and call.promise.is_open:
        withdraw_promise(promise=call.promise, reason=reason, actor=actor, at=at)
