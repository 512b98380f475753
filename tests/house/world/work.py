"""What is owed, was tried, talked about and said in messages."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from accounts.models import Actor, Staff
from consult.models import CallDraft
from consult.services.drafts import keep_draft
from followups.models import Attempt
from messaging.models import Channel, Message, OptOut
from messaging.services.links import stop_link
from messaging.services.opt_outs import opt_out
from patients.models import Patient
from promises.models import Promise
from tests import make
from tests.messaging.make import message

from .archive import Clients
from .facts import BEING_TYPED, CALLER, NOW, OWED
from .people import Cast


def owe(cast: Cast, clients: Clients) -> dict[str, Any]:
    """To the patient, by everybody who keeps promises."""
    promises = {keeper.username: make.promise(clients.patient, owner=keeper, at=NOW) for keeper in cast.keepers}
    attempts = {code: _attempt(promise, cast.people[code]) for code, promise in promises.items()}
    return {"promises": promises, "attempts": attempts}


def talk(cast: Cast) -> dict[str, Any]:
    people = cast.people.items()
    return {
        "calls": {code: make.call(person, name="王建军", number=CALLER) for code, person in people},
        "drafts": {code: _parked(person) for code, person in people},
    }


def write(cast: Cast, clients: Clients) -> dict[str, Any]:
    return {
        "messages": {code: _failed_mail(person) for code, person in cast.people.items()},
        "texts": {code: _text_of(clients.patient, person) for code, person in cast.people.items()},
        "opt_out": _stopped(clients.patient, cast.administrator),
        "stop_token": _stop_token(clients.stranger),
    }


def _attempt(promise: Promise, person: Staff) -> Attempt:
    """The row alone: through the service it would move the promise."""
    return Attempt.objects.create(
        promise=promise, rank=1, outcome=Attempt.Outcome.BUSY, attempted_at=NOW, by=person.actor
    )


def _parked(person: Staff) -> CallDraft:
    content = {"number": [BEING_TYPED], "channel": ["phone"]}
    draft = keep_draft(key=uuid4(), content=content, staff=person, at=NOW)
    assert draft is not None
    return draft


def _failed_mail(person: Staff) -> Message:
    settled = {"settled_at": NOW, "attempts": 1}
    note, mail = (message(person, NOW, channel=channel) for channel in (Channel.IN_APP, Channel.EMAIL))
    Message.objects.filter(pk=note.pk).update(state=Message.State.SENT, **settled)
    Message.objects.filter(pk=mail.pk).update(state=Message.State.FAILED, reason=Message.Reason.SPENT, **settled)
    return mail


def _text_of(patient: Patient, person: Staff) -> Message:
    row = message(patient, NOW, channel=Channel.EMAIL, actor=person.actor)
    Message.objects.filter(pk=row.pk).update(state=Message.State.SENT, handed_over_at=NOW, settled_at=NOW)
    return row


def _stopped(patient: Patient, by: Actor) -> OptOut:
    """At the patient's number, by whoever answered from there."""
    keyword = {"way": OptOut.Way.KEYWORD, "text": "T"}
    return opt_out(channel="sms", address=OWED, patient=patient, **keyword, actor=by, at=NOW)[0]  # type: ignore[arg-type]


def _stop_token(person: Patient) -> str:
    return stop_link(message(person, NOW, channel=Channel.EMAIL, source="world")).split("/")[-2]
