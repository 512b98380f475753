"""A call is logged once, with all that follows from it, in one transaction."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Actor, Staff
from accounts.services.submissions import create_once
from consult.models import Call, CallDraft, CallTopic
from patients.models import Contact, Patient, target_fields
from patients.services.contacts import find_or_create_contact, hold_contact
from patients.services.looks import count_looks
from patients.services.survivors import survivor_of
from promises.models import Promise

from .promised import promise_in_call
from .records import CallRecord, check_began, check_record, number_of
from .settled import note_try, settle_in_call, try_in_call
from .story import tell_story


def log_call(*, record: CallRecord, staff: Staff, at: datetime, submission: UUID | None = None) -> Call:
    """The call is on record and in the person's story, with what it promised, settled and tried; its draft is gone.

    Raises DuplicateSubmission, BeganTooLongAgo, TopicMissing, BookingNotYet, PromiseMissing, and what
    `services.promised` raises.
    """

    def create() -> Call:
        call = write_call(record, handled_by=staff, actor=staff.actor, at=at)
        _follow_up(call, record, staff, at)
        if submission is not None:
            CallDraft.objects.filter(key=submission, staff=staff).delete()
        return call

    with transaction.atomic():
        return create_once(submission=submission, kind=Call._meta.label, create=create, actor=staff.actor, at=at)


def _follow_up(call: Call, record: CallRecord, staff: Staff, at: datetime) -> None:
    promised, settles, attempt, known = record.promised, record.settles, None, record.known_until
    if record.tries is not None:
        attempt = try_in_call(call=call, promise=record.tries, promised=promised, known_until=known, staff=staff, at=at)
    if attempt is not None and attempt.outcome == attempt.Outcome.CALL_LATER:
        promised = None  # the same promise, at another time
        settles = settles or []  # whoever asks to be called later has not been told anything yet
    elif attempt is None and call.direction == Call.Direction.OUT:
        note_try(call=call, actor=staff.actor, at=at)
    settle_in_call(call=call, promises=_without(record.tries, settles), known_until=known, staff=staff, at=at)
    promise = promise_in_call(call=call, promised=promised, staff=staff, at=at) if promised else None
    Call.objects.filter(pk=call.pk).update(promise=promise, attempt=attempt)
    call.refresh_from_db()


def _without(tried: Promise | None, settles: Sequence[Promise] | None) -> list[Promise] | None:
    return None if settles is None else [promise for promise in settles if promise != tried]


def write_call(
    record: CallRecord,
    *,
    handled_by: Staff,
    actor: Actor,
    at: datetime,
    replaces: Call | None = None,
    carries: Promise | None = None,
) -> Call:
    """The rows of one call and what they tell, within the caller's transaction.

    A call that replaces another may go on with its promise (`carries`).
    """
    if replaces is None or record.started_at != replaces.started_at:  # where it is corrected it stays where it was
        check_began(record.started_at, at)
    check_record(record, is_carried=carries is not None)
    if record.person is not None:
        record = replace(record, person=survivor_of(record.person))
    call = _create(record, handled_by=handled_by, actor=actor, at=at, replaces=replaces, promise=carries)
    CallTopic.objects.bulk_create(
        CallTopic(call=call, position=position, **vars(topic)) for position, topic in enumerate(record.topics, start=1)
    )
    tell_story(call, record.topics, actor)
    audit.record(actor=actor, verb="call.logged", subject=call, at=at)
    return call


def _create(record: CallRecord, *, handled_by: Staff, actor: Actor, at: datetime, **more: Any) -> Call:
    digits, extension = ("", "") if record.is_withheld else number_of(record)
    ended = max(record.ended_at, record.started_at)
    return Call.objects.create(
        **target_fields(_target(record, digits, extension, actor, at)),
        **record.details,
        direction=record.direction,
        channel=record.channel,
        digits=digits,
        extension=extension,
        is_withheld=record.is_withheld,
        disposition=record.disposition,
        started_at=record.started_at,
        ended_at=ended,
        parked_seconds=min(record.parked_seconds, int((ended - record.started_at).total_seconds())),
        handled_by=handled_by,
        logged_at=at,
        sent_as=record.sent_as,
        **more,
    )


def _target(record: CallRecord, digits: str, extension: str, actor: Actor, at: datetime) -> Patient | Contact:
    """With whom it was; a caller who is nobody yet is held, lest they become somebody meanwhile."""
    found: Patient | Contact = record.person or find_or_create_contact(
        name=record.name, digits=digits, extension=extension, actor=actor, at=at
    )
    return hold_contact(found) if isinstance(found, Contact) else found


count_looks(Call, "call.opened")
audit.name_verbs({"call.logged": _("Call logged"), "call.opened": _("Call opened")})
