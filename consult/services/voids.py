"""A saved call is never changed: it is voided with a reason, and written anew where it was wrong."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.access import Capability, Scope
from accounts.models import Staff
from consult import rules
from consult.models import Call
from hospital_crm.lib.errors import DomainError
from patients.models import Contact, Patient
from patients.services.timeline import strike_timeline_entries
from promises.models import Promise

from .calls import CallRecord, write_call
from .promised import promise_in_call, withdraw_of_call
from .settled import settle_in_call, try_in_call, undo_settled


class CallAlreadyVoided(DomainError):
    """The call was voided or corrected before."""

    message = _("This call was voided already.")


class NotYourCall(DomainError):
    """Only who took the call, or a manager above, may void or correct it."""

    message = _("Only the person who took the call, or their manager, may void or correct it.")
    status = 403


def may_void(*, call: Call, staff: Staff) -> bool:
    """Whether this person, who sees the call, may void or correct it."""
    return not call.is_voided and (call.handled_by_id == staff.pk or _leads(staff, call.handled_by))


def _leads(staff: Staff, colleague: Staff) -> bool:
    """The colleague works in the department tree that this person manages."""
    if Scope.DEPARTMENT_TREE not in staff.scope(Capability.SEE_CALLS) or staff.department is None:
        return False
    return colleague.department is not None and colleague.department.path.startswith(staff.department.path)


@transaction.atomic
def void_call(*, call: Call, reason: str, staff: Staff, at: datetime) -> Call:
    """The call counts no longer; it stays readable, with the reason, and is crossed out in the person's story.

    What it promised is withdrawn; what it settled is owed again. Raises CallAlreadyVoided, NotYourCall.
    """
    _void(call, reason, staff, at)
    withdraw_of_call(call=call, reason=reason, actor=staff.actor, at=at)
    undo_settled(call=call, reason=reason, actor=staff.actor, at=at)
    audit.record(actor=staff.actor, verb="call.voided", subject=call, at=at)
    return call


@transaction.atomic
def correct_call(*, call: Call, record: CallRecord, reason: str, staff: Staff, at: datetime) -> Call:
    """The call is voided and another, which names it, stands in its place.

    Its promise goes on, and what it settled stays settled, as far as that still fits. Raises CallAlreadyVoided,
    NotYourCall, and what `log_call` raises.
    """
    _void(call, reason, staff, at)
    carries = call.promise if goes_on(call, person=record.person, disposition=record.disposition) else None
    corrected = write_call(record, handled_by=call.handled_by, actor=staff.actor, at=at, replaces=call, carries=carries)
    _carry_settled(call, corrected, record, reason, staff, at)
    if carries is None:
        withdraw_of_call(call=call, reason=reason, actor=staff.actor, at=at)
        if record.promised is not None:
            promise = promise_in_call(call=corrected, promised=record.promised, staff=staff, at=at)
            Call.objects.filter(pk=corrected.pk).update(promise=promise)
    corrected.refresh_from_db()
    audit.record(actor=staff.actor, verb="call.corrected", subject=call, at=at)
    return corrected


def _carry_settled(call: Call, corrected: Call, record: CallRecord, reason: str, staff: Staff, at: datetime) -> None:
    """If it went with the same person as it was told first, what was settled stays so; else it was tried at most."""
    same_person, tried = corrected.target == call.target, call.attempt
    if same_person and rules.was_spoken(corrected.disposition) == rules.was_spoken(call.disposition):
        corrected.settled.set(call.settled.all())
    else:
        undo_settled(call=call, reason=reason, actor=staff.actor, at=at)
        if tried is not None:
            promise = Promise.objects.get(pk=tried.promise_id)
            again = same_person and promise.is_open
            tried = try_in_call(call=corrected, promise=promise, actor=staff.actor, at=at) if again else None
    Call.objects.filter(pk=corrected.pk).update(attempt=tried)
    settle_in_call(call=corrected, promises=record.settles or (), actor=staff.actor, at=at)


def goes_on(call: Call, *, person: Patient | Contact | None, disposition: str) -> bool:
    """Whether the corrected call still promises what the first one did, to the same person."""
    return call.promise is not None and person == call.target and disposition == call.disposition


def _void(call: Call, reason: str, staff: Staff, at: datetime) -> None:
    if not may_void(call=call, staff=staff):
        raise CallAlreadyVoided if call.is_voided else NotYourCall
    voided = Call.objects.standing().filter(pk=call.pk)
    if voided.update(voided_at=at, voided_by=staff.actor, void_reason=reason) != 1:
        raise CallAlreadyVoided
    call.refresh_from_db()
    strike_timeline_entries(target=call.target, source=call, at=at)


audit.name_verbs({"call.voided": _("Call voided"), "call.corrected": _("Call corrected")})
