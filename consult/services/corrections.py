"""A call that was written down wrongly is voided, and another stands in its place."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts import audit
from accounts.models import Staff
from consult import rules
from consult.models import Call
from followups.models import Attempt
from followups.services.voids import void_attempt
from patients.models import Contact, Patient

from .calls import write_call
from .promised import promise_in_call, withdraw_of_call
from .records import CallRecord
from .settled import note_try, settle_in_call, settleable_in, try_in_call, undo_settled
from .voids import mark_voided, set_back_contact


@transaction.atomic
def correct_call(*, call: Call, record: CallRecord, reason: str, staff: Staff, at: datetime) -> Call:
    """The call is voided and another, which names it, stands in its place.

    Its promise goes on, and what it settled stays settled, as far as that still fits. Raises CallAlreadyVoided,
    NotYourCall, NotForYouToVoid, and what `log_call` raises.
    """
    mark_voided(call, reason, staff, at)
    carries = call.promise if goes_on(call, person=record.person, disposition=record.disposition) else None
    corrected = write_call(record, handled_by=call.handled_by, actor=staff.actor, at=at, replaces=call, carries=carries)
    attempt = _carry_settled(call, corrected, record, reason, staff, at)
    is_put_off = attempt is not None and attempt.outcome == Attempt.Outcome.CALL_LATER
    if carries is None:
        withdraw_of_call(call=call, reason=reason, actor=staff.actor, at=at)
        if record.promised is not None and not is_put_off:  # else it is the same promise, at another time
            promise = promise_in_call(call=corrected, promised=record.promised, staff=staff, at=at)
            Call.objects.filter(pk=corrected.pk).update(promise=promise)
    set_back_contact(call)
    corrected.refresh_from_db()
    audit.record(actor=staff.actor, verb="call.corrected", subject=call, at=at)
    return corrected


def _carry_settled(
    call: Call, corrected: Call, record: CallRecord, reason: str, staff: Staff, at: datetime
) -> Attempt | None:
    """If it went with the same person as it was told first, what was settled stays so. Returns the try that it was."""
    same_person = corrected.target == call.target
    if same_person and rules.was_spoken(corrected.disposition) == rules.was_spoken(call.disposition):
        corrected.settled.set(call.settled.all())
    else:
        undo_settled(call=call, reason=reason, actor=staff.actor, at=at)
    attempt = _carry_try(call, corrected, record, reason, staff, at)
    if attempt is None and corrected.direction == Call.Direction.OUT:
        note_try(call=corrected, actor=staff.actor, at=at)
    Call.objects.filter(pk=corrected.pk).update(attempt=attempt)
    settle_in_call(call=corrected, promises=record.settles or (), known_until=record.known_until, staff=staff, at=at)
    return attempt


def _carry_try(
    call: Call, corrected: Call, record: CallRecord, reason: str, staff: Staff, at: datetime
) -> Attempt | None:
    """The try stands where it went as it was told first; else it is made again, as it went, for the same promise."""
    tried = call.attempt
    if tried is None:
        return None
    outcome = rules.outcome_of(corrected.disposition, record.promised.kind if record.promised else "")
    is_same_line = (corrected.target, *_line(corrected)) == (call.target, *_line(call))
    if is_same_line and outcome == tried.outcome != Attempt.Outcome.CALL_LATER:
        return tried
    void_attempt(attempt=tried, reason=reason, actor=staff.actor, at=at)
    again = settleable_in(corrected, staff, at).open().filter(pk=tried.promise_id).first()
    if again is None:
        return None
    return try_in_call(
        call=corrected,
        promise=again,
        promised=record.promised,
        known_until=record.known_until,
        staff=staff,
        at=at,
    )


def _line(call: Call) -> tuple[str, str, str]:
    """On what it was: another number was found to be right or wrong."""
    return call.channel, call.digits, call.extension


def as_it_lasted(call: Call, began: datetime) -> dict[str, Any]:
    """When a corrected call that began then ended, and how long it lay aside: it took as long as before."""
    took = call.ended_at - call.started_at
    return {"ended_at": began + took, "parked_seconds": call.parked_seconds}


def goes_on(call: Call, *, person: Patient | Contact | None, disposition: str) -> bool:
    """Whether the corrected call still promises what the first one did, to the same person."""
    return call.promise is not None and person == call.target and disposition == call.disposition
