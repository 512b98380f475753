"""Which number was rung, and what the try says of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Actor
from followups.models import Attempt
from hospital_crm.lib.errors import DomainError
from messaging.models import ContactLog
from patients.models import Patient, Phone
from patients.services.phone_checks import note_success
from patients.services.phone_tries import Finding, learn_anew, learn_from_try
from patients.services.survivors import hold_patient
from promises.models import Promise

Outcome, Channel = Attempt.Outcome, ContactLog.Channel
SPOKEN = {Outcome.REACHED, Outcome.CALL_LATER, Outcome.REFUSED}
FOUND = {Outcome.REACHED: Phone.Check.ANSWERED, Outcome.WRONG_NUMBER: Phone.Check.WRONG}  # out about the number


class NotTheirNumber(DomainError):
    """Whoever is rung is rung on a number of their own file."""

    message = _("This number stands with somebody else.")
    field = "phone"


class NumberIsMissing(DomainError):
    """Of several numbers each may be the one that was rung: none is taken for it."""

    message = _("Say which number was rung, or that it was none of those on file.")
    field = "phone"


class Unsaid(Enum):
    """Nobody said which number was rung."""

    UNSAID = "unsaid"


@dataclass(frozen=True)
class Rung:
    """The number on file, and what was known of it before, where the try has changed that."""

    phone: Phone | None = None
    before: dict[str, Any] | None = None


def number_rung(promise: Promise, channel: ContactLog.Channel, said: Phone | Unsaid | None) -> Phone | None:
    """Which number on file was rung; None if it was another one, they rang us, or it was no call at all.

    Who does not say so means the only one that can be dialled. Raises NumberIsMissing, NotTheirNumber.
    """
    if channel != Channel.PHONE or said is None:
        return None
    if isinstance(said, Unsaid):
        return _only_number(promise)
    if said.patient_id != promise.patient_id:
        raise NotTheirNumber
    return said


def _only_number(promise: Promise) -> Phone | None:
    if promise.patient is None:
        return None
    valid = list(promise.patient.phones.valid()[:2])
    if len(valid) > 1:
        raise NumberIsMissing
    return valid[0] if valid else None


def learn_of_number(rung: Phone, outcome: Attempt.Outcome, actor: Actor, at: datetime) -> dict[str, Any] | None:
    """What was known of the number before, if something else is now."""
    if outcome in SPOKEN:
        note_success(patient=rung.patient, digits=rung.digits, at=at)
    found = FOUND.get(outcome)
    return learn_from_try(phone=rung, found=found, actor=actor, at=at) if found is not None else None


def forget_of_number(attempt: Attempt, actor: Actor, at: datetime) -> None:
    """The try, which is voided by now, says nothing of its number any more."""
    phone = attempt.phone
    if phone is None or attempt.outcome not in FOUND or phone.patient.erased_at is not None:
        return
    held = hold_patient(phone.patient)  # so that nobody voids another try meanwhile
    learn_anew(phone=phone, findings=_findings(held), actor=actor, at=at)


def _findings(patient: Patient) -> list[Finding]:
    """With those of voided tries, for what was known before them."""
    tries = Attempt.objects.filter(phone__patient=patient, outcome__in=FOUND).order_by("attempted_at", "pk")
    return [
        Finding(
            phone=phone.pk,
            found=FOUND[Outcome(each.outcome)],
            at=each.attempted_at,
            by=each.by_id,
            before=each.phone_before,
            stands=each.voided_at is None,
        )
        for each in tries.select_related("phone")
        if (phone := each.phone) is not None
    ]
