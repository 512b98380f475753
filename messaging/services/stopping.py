"""What the link in a message does: whoever has it stops such messages, without signing in."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.services.actors import link_actor
from hospital_crm.lib.tokens import ForgedToken, read_token
from institution.models import Setting
from messaging.models import Message, OptOut
from messaging.services.addresses import digest_of, digests_of
from messaging.services.links import PURPOSE
from messaging.services.opt_outs import opt_out
from patients.models import Patient


class LinkForged(Exception):
    """No such link was made here."""


class LinkOver(Exception):
    """Its time has passed, it was revoked, or all that it can do is done."""


@dataclass(frozen=True)
class StopLink:
    """The message in which it stood, and what is stopped already."""

    message: Message
    stopped: frozenset[str]  # scopes

    @property
    def language(self) -> str:
        """The recipient's, "" if nobody knows it."""
        person = self.message.person
        return person.language if person else ""


def read_stop_link(text: str, *, at: datetime) -> StopLink:
    """Raises LinkForged, LinkOver."""
    try:
        token = read_token(PURPOSE, text)
    except ForgedToken as error:
        raise LinkForged from error
    if timezone.localdate(at) > token.last_day or token.version != int(
        Setting.objects.number("messaging.links_version")
    ):
        raise LinkOver
    outside = Message.objects.filter(staff__isnull=True).select_related("patient", "contact__became", "organisation")
    message = outside.filter(pk=token.key).first()
    if message is None or (_patient(message) is None and not message.address):
        raise LinkOver
    return StopLink(message, frozenset(_in_force(message)))


def _in_force(message: Message) -> set[str]:
    person, digests = _patient(message), digests_of(message.channel, message.address)
    meant = OptOut.objects.open().meaning(digests=digests, patients=[person.pk] if person else [])
    return set(meant.filter(channel="").values_list("scope", flat=True))


def _patient(message: Message) -> Patient | None:
    """About whoever is erased nothing is written any more; the address to which it went is left alone all the same."""
    person = message.person
    return person if person is not None and person.erased_at is None else None


@transaction.atomic
def stop_by_link(*, link: StopLink, scope: OptOut.Scope, at: datetime) -> OptOut:
    """The address is left alone, whoever stands behind it, and so is the patient, on all channels."""
    message, person = link.message, _patient(link.message)
    goes_somewhere = bool(digest_of(message.channel, message.address))
    row, _new = opt_out(
        channel=message.channel if goes_somewhere else "",
        address=message.address if goes_somewhere else "",
        patient=person,
        scope=scope,
        way=OptOut.Way.LINK,
        source=f"message:{message.pk}",
        actor=link_actor("stop_link"),
        at=at,
    )
    return row
