"""A saved call is never changed: it is voided with a reason, and written anew where it was wrong."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.access import Capability, Scope
from accounts.models import Staff
from consult.models import Call
from hospital_crm.lib.errors import DomainError
from patients.services.timeline import strike_timeline_entries

from .calls import CallRecord, write_call


class CallAlreadyVoided(DomainError):
    """The call was voided or corrected before."""

    message = _("This call was voided already.")


class NotYourCall(DomainError):
    """Only who took the call, or a manager above, may void or correct it."""

    message = _("Only the person who took the call, or their manager, may void or correct it.")
    status = 403


def may_void(*, call: Call, staff: Staff) -> bool:
    """Whether this person, who sees the call, may void or correct it."""
    manages = Scope.DEPARTMENT_TREE in staff.scope(Capability.SEE_CALLS)
    return not call.is_voided and (call.handled_by_id == staff.pk or manages)


@transaction.atomic
def void_call(*, call: Call, reason: str, staff: Staff, at: datetime) -> Call:
    """The call counts no longer; it stays readable, with the reason, and is crossed out in the person's story.

    Raises CallAlreadyVoided, NotYourCall.
    """
    _void(call, reason, staff, at)
    audit.record(actor=staff.actor, verb="call.voided", subject=call, at=at)
    return call


@transaction.atomic
def correct_call(*, call: Call, record: CallRecord, reason: str, staff: Staff, at: datetime) -> Call:
    """The call is voided and another, which names it, stands in its place.

    Raises CallAlreadyVoided, NotYourCall, TopicMissing, BookingNotYet.
    """
    _void(call, reason, staff, at)
    corrected = write_call(record, handled_by=call.handled_by, actor=staff.actor, at=at, replaces=call)
    audit.record(actor=staff.actor, verb="call.corrected", subject=call, at=at)
    return corrected


def _void(call: Call, reason: str, staff: Staff, at: datetime) -> None:
    if not may_void(call=call, staff=staff):
        raise CallAlreadyVoided if call.is_voided else NotYourCall
    voided = Call.objects.standing().filter(pk=call.pk)
    if voided.update(voided_at=at, voided_by=staff.actor, void_reason=reason) != 1:
        raise CallAlreadyVoided
    call.refresh_from_db()
    strike_timeline_entries(target=call.target, source=call, at=at)


audit.name_verbs({"call.voided": _("Call voided"), "call.corrected": _("Call corrected")})
