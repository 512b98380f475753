"""What a call promises, within the call's own transaction."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.models import Actor, Staff, Team
from consult.models import Call
from hospital_crm.lib.errors import DomainError
from patients.models import Contact, Patient
from promises.models import Promise
from promises.services.closing import withdraw_promise
from promises.services.handing_over import hand_over_promise
from promises.services.promises import make_promise

NOTE_LENGTH = 300
RUNG = {Promise.Kind.RING_BACK, Promise.Kind.ASK_SPECIALIST}


class NumberMissing(DomainError):
    """Nobody can be rung back without a number."""

    message = _("There is no number to ring back. Ask for one, or choose another ending.")
    field = "number"


@dataclass(frozen=True)
class Promised:
    """What was promised in the call, until when, and who is to keep it."""

    kind: Promise.Kind
    due_at: datetime
    keeper: Staff | Team


def promise_in_call(*, call: Call, promised: Promised, staff: Staff, at: datetime) -> Promise:
    """The promise is made. Who took the question owes it until the colleague accepts; a team owes at once.

    Who took it (`who_answers`), also where somebody else (`staff`) corrects the call.

    Raises NumberMissing, DueInThePast, DueTooFarAhead, OwnerHasLeft, NobodyOnTeam, CannotTakeOver.
    """
    if lacks_number(kind=promised.kind, channel=call.channel, person=call.target):
        raise NumberMissing
    keeper, taker = promised.keeper, who_answers(call, staff)
    topic = call.topics.select_related("topic").order_by("position").first()
    promise = make_promise(
        target=call.target,
        kind=promised.kind,
        due_at=promised.due_at,
        owner=None if isinstance(keeper, Team) else taker,
        team=keeper if isinstance(keeper, Team) else None,
        note=((topic.question or str(topic.topic)) if topic else "")[:NOTE_LENGTH],
        source=f"call:{call.pk}",
        actor=staff.actor,
        at=at,
    )
    if isinstance(keeper, Staff) and keeper != taker:
        hand_over_promise(promise=promise, to=keeper, actor=staff.actor, at=at)
    return promise


def who_answers(call: Call, corrector: Staff) -> Staff:
    """Who owes what the call promises: whoever took it; the corrector, where that one keeps no promises any more."""
    taker: Staff = call.handled_by
    return taker if taker == corrector or Staff.objects.keepers().filter(pk=taker.pk).exists() else corrector


def lacks_number(*, kind: str, channel: str, person: Patient | Contact | None, digits: str = "") -> bool:
    """Whether somebody is to be rung back whose number nobody knows; `digits` are those of whoever is new."""
    if channel != Call.Channel.PHONE or kind not in RUNG or isinstance(person, Patient):
        return False
    return not (digits if person is None else person.digits)


def withdraw_of_call(*, call: Call, reason: str, actor: Actor, at: datetime) -> None:
    """What a voided call promised is no longer owed."""
    if call.promise is not None and call.promise.is_open:
        withdraw_promise(promise=call.promise, reason=reason, actor=actor, at=at)
