"""What stands against messages to people outside the house, and against calls: read with a few questions for all.

Notes to staff need none of it, and ask nothing.
"""

import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.utils import timezone

from messaging.models import ContactLog, Hold, Message, MessageClass, OptOut
from messaging.services.addresses import BY_PHONE, digests_of
from messaging.services.caps import Contacts, read_contacts
from messaging.services.gateways import Gateway
from messaging.services.limits import Limits
from patients.models import Patient, Purpose
from patients.services.consents import Standings, standings_of

FRESH = timedelta(seconds=1)  # what was read longer ago is read anew before the next message goes
# What somebody agrees to, or takes back, with the message's class; service is part of care.
PURPOSES = {
    MessageClass.CARE.value: Purpose.CARE,
    MessageClass.SERVICE.value: Purpose.CARE,
    MessageClass.SURVEY.value: Purpose.SURVEY,
    MessageClass.MARKETING.value: Purpose.MARKETING,
}
log = logging.getLogger(__name__)


class Outreach(Protocol):
    """A message on its way to somebody outside the house, or a call that a colleague is about to make."""

    @property
    def pk(self) -> Any: ...
    @property
    def person(self) -> Patient | None: ...
    @property
    def organisation_id(self) -> int | None: ...
    @property
    def message_class(self) -> str: ...
    @property
    def channel(self) -> str: ...
    @property
    def is_urgent(self) -> bool: ...


@dataclass(frozen=True)
class CallAhead:
    """Whom somebody is about to ring, on which number."""

    pk: int  # its place among those that are read together
    person: Patient | None
    organisation_id: int | None
    message_class: str
    address: str
    channel: str = ContactLog.Channel.PHONE.value
    is_urgent: bool = False


@dataclass(frozen=True)
class Law:
    """What holds for the people of a batch, as of `read_at`."""

    limits: Limits
    read_at: datetime
    addresses: Mapping[int, str] = field(default_factory=dict)  # by message or call
    digests: Mapping[int, frozenset[str]] = field(default_factory=dict)
    held: Collection[tuple[int, str]] = ()
    opt_outs_of: Mapping[object, list[OptOut]] = field(default_factory=dict)  # by digest, and by patient
    standings: Standings | None = None
    contacts: Contacts | None = None

    def is_stale(self, at: datetime) -> bool:
        """A clock that was set back makes everything old."""
        return not self.read_at <= at < self.read_at + FRESH

    def is_held(self, message: Outreach) -> bool:
        return (_key(message), message.message_class) in self.held

    def is_opted_out(self, message: Outreach) -> bool:
        meant = [*self.digests.get(message.pk, ()), _key(message)]
        found = (each for key in meant for each in self.opt_outs_of.get(key, ()))
        return any(each.stops(message.message_class, message.channel) for each in found)

    def has_consent(self, message: Outreach, at: datetime) -> bool:
        """An organisation's addresses stand there to be written to, but for offers: none can say yes to them there."""
        if message.organisation_id is not None:
            return message.message_class != MessageClass.MARKETING
        if self.standings is None:
            return True
        purpose = PURPOSES[message.message_class]
        return self.standings.allow(message.person, purpose, message.channel, timezone.localdate(at))

    def loud_at(self, message: Outreach, at: datetime) -> datetime:
        """When messages of its class may disturb somebody: then, or later; at any hour if the patient waits for it."""
        if message.is_urgent:
            return at
        return self.limits.hours[message.message_class].allowed_at(at, timezone.get_default_timezone())

    def is_capped(self, message: Outreach) -> bool:
        """Its class counts among the contacts, and waits for its turn; so does a call, if calls count."""
        counts = message.channel != ContactLog.Channel.PHONE or self.limits.counts_calls
        return counts and message.message_class in self.limits.capped

    def free_at(self, message: Outreach, at: datetime) -> datetime:
        """When the hospital may contact its recipient once more, at an hour that suits its class."""
        if self.contacts is None:
            return at
        free = self.contacts.free_at(_key(message), self.addresses.get(message.pk, ""), at)
        return at if free == at else self.loud_at(message, free)

    def count(self, message: Outreach, at: datetime) -> None:
        """It goes: the next one of the batch to the same person or number is one more."""
        if self.contacts is not None and self.is_capped(message):
            self.contacts.count(_key(message), self.addresses.get(message.pk, ""), at)


def read_law(batch: Iterable[Message], *, gateway: Gateway, limits: Limits, at: datetime) -> Law:
    """For those of the batch that go to somebody outside the house; asks nothing if there are none."""
    outside = [message for message in batch if message.staff_id is None]
    if not outside:
        return Law(limits, at)
    return _read(outside, {message.pk: _address(message, gateway) for message in outside}, limits, at)


def read_law_of_calls(calls: Collection[CallAhead], *, limits: Limits, at: datetime) -> Law:
    """The same for calls."""
    return _read(calls, {call.pk: call.address for call in calls}, limits, at)


def _read(outside: Collection[Outreach], addresses: Mapping[int, str], limits: Limits, at: datetime) -> Law:
    people = {person.pk: person for message in outside if (person := message.person)}
    digests = {
        message.pk: frozenset(digests_of(message.channel, address))
        for message in outside
        if (address := addresses[message.pk])
    }
    return Law(
        limits,
        at,
        addresses,
        digests,
        set(Hold.objects.open().filter(patient__in=people).values_list("patient", "message_class")),
        _opt_outs({each for found in digests.values() for each in found}, people),
        standings_of(people.values(), {PURPOSES[message.message_class] for message in outside}),
        read_contacts(
            limits,
            patients=people,
            addresses={each for each in addresses.values() if each},
            rung=_rung(outside, addresses, digests),
            at=at,
        ),
    )


def _rung(
    outside: Collection[Outreach], addresses: Mapping[int, str], digests: Mapping[int, frozenset[str]]
) -> dict[str, Collection[str]]:
    """The digests of each address as a phone number: a text message's are known already."""
    return {
        addresses[message.pk]: (found if message.channel in BY_PHONE else digests_of("phone", addresses[message.pk]))
        for message in outside
        if (found := digests.get(message.pk))
    }


def _key(message: Outreach) -> int | None:
    person = message.person
    return person.pk if person else None


def _address(message: Message, gateway: Gateway) -> str:
    """ "" too where it cannot be found: the check of the address itself says what is wrong with it."""
    try:
        return gateway.address_of(message)
    except Exception:
        log.exception("message %s: no address", message.pk)
        return ""


def _opt_outs(digests: Collection[str], people: Collection[int]) -> dict[object, list[OptOut]]:
    found: dict[object, list[OptOut]] = {}
    for each in OptOut.objects.open().meaning(digests=digests, patients=people):
        for key in filter(None, (each.digest, each.patient_id)):
            found.setdefault(key, []).append(each)
    return found
