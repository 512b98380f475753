"""When to try again."""

from datetime import datetime

from django.utils import timezone

from followups import rules
from followups.models import Attempt
from institution.models import Setting
from patients.models import Patient
from promises.models import Promise

Outcome = Attempt.Outcome


def next_time(promise: Promise, outcome: Attempt.Outcome, asked: datetime | None, at: datetime) -> datetime | None:
    """When to try next; None if this was the last try."""
    if outcome == Outcome.CALL_LATER:
        return asked
    if outcome in (Outcome.REACHED, Outcome.REFUSED):
        return None
    hours = _hours(promise.patient)
    if outcome == Outcome.WRONG_NUMBER:
        return rules.soon(at=at, hours=hours) if _has_another_number(promise) else None
    tries = [*promise.attempts.standing().unsuccessful().values_list("attempted_at", flat=True), at]
    if len(tries) >= int(Setting.objects.number("followups.most_tries")):
        return None
    if outcome == Outcome.BUSY:
        return rules.soon(at=at, hours=hours)
    return rules.next_try(at=at, tries=tries, hours=hours)


def _has_another_number(promise: Promise) -> bool:
    """Which of a patient's numbers are wrong is known by now, and one that is not on file says nothing of those that
    are. Of the others' numbers nothing is known: the wrong tries are counted, each is taken for one of them.
    """
    if promise.patient is not None:
        return bool(promise.to_dial)
    wrong = promise.attempts.standing().filter(outcome=Outcome.WRONG_NUMBER).count()
    return len(promise.to_dial) > wrong + 1


def _hours(patient: Patient | None) -> rules.Hours:
    """When one may ring: in the hospital's hours, of these in the person's own, and not before they want it."""
    opens, closes = (int(Setting.objects.number(f"followups.{name}_hour")) for name in ("opens", "closes"))
    hours = rules.Hours(opens, closes, timezone.get_current_timezone())
    if patient is None:
        return hours
    return hours.within(patient.preferred_from, patient.preferred_until).after(patient.not_before)
