"""A saved call is never changed: it is voided with a reason."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.access import Capability, Scope
from accounts.models import Staff
from consult import rules
from consult.models import Call
from consult.querysets import CallQuerySet
from followups.models import Attempt
from followups.services.numbers import SPOKEN
from hospital_crm.lib.errors import DomainError
from messaging.models import ContactLog
from messaging.services.contact_log import forget_contact
from patients.models import Patient, target_fields
from patients.services.phone_checks import set_back_success
from patients.services.timeline import set_back_last_contact, strike_timeline_entries
from promises.models import Promise

from .promised import withdraw_of_call
from .settled import undo_settled, when_logged


class CallAlreadyVoided(DomainError):
    """The call was voided or corrected before."""

    message = _("This call was voided already.")


class NotYourCall(DomainError):
    """Only who took the call, or a manager above, may void or correct it."""

    message = _("Only the person who took the call, or their manager, may void or correct it.")
    status = 403


class NotForYouToVoid(DomainError):
    """What the call made, settled or tried is about the person, who must not learn of it; so it says no more."""

    message = _("Somebody else has to void or correct this call.")
    status = 403


def may_void(*, call: Call, staff: Staff) -> bool:
    """Whether this person, who sees the call, may void or correct it."""
    return refusal(call=call, staff=staff) is None


def refusal(*, call: Call, staff: Staff) -> DomainError | None:
    """Why the person may not void or correct it."""
    if call.handled_by_id != staff.pk and not _leads(staff, call.handled_by):
        return NotYourCall()
    if _is_about(call, staff):
        return NotForYouToVoid()
    return CallAlreadyVoided() if call.is_voided else None


def _is_about(call: Call, staff: Staff) -> bool:
    """The person is a person concerned in something that voiding would withdraw or open again."""
    involved = Q(calls=call) | Q(settled_by=call) | Q(attempts__calls=call)
    return Promise.objects.filter(involved, excluded=staff).exists()


def _leads(staff: Staff, colleague: Staff) -> bool:
    """The colleague works in the department tree that this person manages."""
    if Scope.DEPARTMENT_TREE not in staff.scope(Capability.SEE_CALLS) or staff.department is None:
        return False
    return colleague.department is not None and colleague.department.path.startswith(staff.department.path)


@transaction.atomic
def void_call(*, call: Call, reason: str, staff: Staff, at: datetime) -> Call:
    """The call counts no longer; it stays readable, with the reason, and is crossed out in the person's story.

    What it promised is withdrawn; what it settled is owed again. Raises CallAlreadyVoided, NotYourCall,
    NotForYouToVoid.
    """
    mark_voided(call, reason, staff, at)
    withdraw_of_call(call=call, reason=reason, actor=staff.actor, at=at)
    undo_settled(call=call, reason=reason, actor=staff.actor, at=at)
    set_back_contact(call)
    audit.record(actor=staff.actor, verb="call.voided", subject=call, at=at)
    return call


def mark_voided(call: Call, reason: str, staff: Staff, at: datetime) -> None:
    if (refused := refusal(call=call, staff=staff)) is not None:
        raise refused
    voided = Call.objects.standing().filter(pk=call.pk)
    if voided.update(voided_at=at, voided_by=staff.actor, void_reason=reason) != 1:
        raise CallAlreadyVoided
    call.refresh_from_db()
    strike_timeline_entries(target=call.target, source=call, at=at)
    forget_contact(target=call.target, source=f"call:{call.pk}")


def set_back_contact(call: Call) -> None:
    """What was voided may have been the last time that somebody spoke with the person."""
    spoken = Call.objects.standing().of_target(call.target).exclude(disposition__in=rules.WITHOUT_TOPIC)
    reached = ContactLog.objects.filter(**target_fields(call.target), reached=True)
    moments = [spoken.aggregate(last=Max("started_at")), reached.aggregate(last=Max("logged_at"))]
    last = max((row["last"] for row in moments if row["last"]), default=None)
    voided = [call.started_at, *when_logged(call)]
    set_back_last_contact(target=call.target, voided=voided, at=last)
    if call.patient is not None and call.digits:
        succeeded = _last_success(call.patient, call.digits, spoken)
        set_back_success(patient=call.patient, digits=call.digits, voided=voided, at=succeeded)


def _last_success(patient: Patient, digits: str, spoken: CallQuerySet) -> datetime | None:
    """When somebody was last spoken with on the number."""
    calls = spoken.filter(digits=digits).aggregate(last=Max("started_at"))
    tries = Attempt.objects.standing().filter(phone__patient=patient, phone__digits=digits, outcome__in=SPOKEN)
    moments = [calls["last"], tries.aggregate(last=Max("attempted_at"))["last"]]
    return max((moment for moment in moments if moment), default=None)


audit.name_verbs({"call.voided": _("Call voided"), "call.corrected": _("Call corrected")})
