"""What speaks against ringing somebody: told to whoever is about to dial, who decides. Nobody is kept from dialling."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hospital_crm.lib.phones import NotAPhoneNumber, read_phone
from messaging.models import Message, MessageClass
from messaging.services.checks import objections_to_call
from messaging.services.law import CallAhead, read_law_of_calls
from messaging.services.limits import limits
from patients.models import Contact, Organisation, Patient, Target

Reason = Message.Reason
# What people are rung about was promised to them, or is part of their treatment; offers are made by message.
CALLED_ABOUT = MessageClass.CARE
WORDS = {
    Reason.DECEASED: Reason.DECEASED.label,
    Reason.HELD: _("Contact with this patient is on hold."),
    Reason.OPTED_OUT: _("They want no such contact any more."),
    Reason.NO_CONSENT: _("They have taken back their consent to such contact, or it has ended."),
    Reason.QUIET: _("These are quiet hours for such calls."),
    Reason.CAPPED: Reason.CAPPED.label,
}


@dataclass(frozen=True)
class Doubt:
    """Why one should not ring now; with a moment, until when."""

    reason: str
    until: datetime | None = None

    def __str__(self) -> str:
        return str(WORDS[Reason(self.reason)])


@dataclass(frozen=True)
class Doubts:
    """About ringing the person at all, and besides about each number, in the order in which they were given."""

    of_all: list[Doubt]
    of_each: list[list[Doubt]]


def doubts_about_calls(*, target: Target, numbers: Sequence[str], at: datetime) -> Doubts:
    """By consents, opt-outs, holds, quiet hours and the cap, as a message to the same person would be asked."""
    calls = [_call(target, place, number) for place, number in enumerate(numbers or [""])]
    law = read_law_of_calls(calls, limits=limits(), at=at)
    found = [[Doubt(each.reason, each.until) for each in objections_to_call(call, law, at)] for call in calls]
    of_all = [doubt for doubt in found[0] if all(doubt in each for each in found)]
    return Doubts(of_all, [[doubt for doubt in each if doubt not in of_all] for each in found])


def besides_death(doubts: Iterable[Doubt]) -> list[Doubt]:
    """For pages that say already, beside the number, that somebody has died."""
    return [doubt for doubt in doubts if doubt.reason != Reason.DECEASED]


def _call(target: Target, place: int, number: str) -> CallAhead:
    person = target.became if isinstance(target, Contact) else target if isinstance(target, Patient) else None
    organisation = target.pk if isinstance(target, Organisation) else None
    return CallAhead(place, person, organisation, CALLED_ABOUT.value, _written(number))


def _written(number: str) -> str:
    """As messages to it hold it."""
    try:
        read = read_phone(number)
    except NotAPhoneNumber:
        return ""
    return read.e164 or read.digits
