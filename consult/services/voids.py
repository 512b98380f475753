"""A saved call is never changed: it is voided with a reason, and written anew where it was wrong."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.access import Capability, Scope
from accounts.models import Staff
from consult.models import Call
from hospital_crm.lib.errors import DomainError
from patients.models import Contact, Patient
from patients.services.timeline import strike_timeline_entries

from .calls import CallRecord, write_call
from .promised import promise_in_call, withdraw_of_call


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

    Raises CallAlreadyVoided, NotYourCall.
    """
    _void(call, reason, staff, at)
    withdraw_of_call(call=call, reason=reason, actor=staff.actor, at=at)
    audit.record(actor=staff.actor, verb="call.voided", subject=call, at=at)
    return call


@transaction.atomic
def correct_call(*, call: Call, record: CallRecord, reason: str, staff: Staff, at: datetime) -> Call:
    """The call is voided and another, which names it, stands in its place; its promise goes on if it still fits.

    Raises CallAlreadyVoided, NotYourCall, and what `log_call` raises.
    """
    _void(call, reason, staff, at)
    carries = call.promise if goes_on(call, person=record.person, disposition=record.disposition) else None
    corrected = write_call(record, handled_by=call.handled_by, actor=staff.actor, at=at, replaces=call, carries=carries)
    if carries is None:
        withdraw_of_call(call=call, reason=reason, actor=staff.actor, at=at)
        if record.promised is not None:
            promise = promise_in_call(call=corrected, promised=record.promised, staff=staff, at=at)
            Call.objects.filter(pk=corrected.pk).update(promise=promise)
            corrected.refresh_from_db()
    audit.record(actor=staff.actor, verb="call.corrected", subject=call, at=at)
    return corrected


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
