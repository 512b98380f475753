"""What patients are written to about; each app adds its own: messaging.services.templates.purposes.name_purposes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.access import Capability

from .kinds import MessageClass

Words = str | Promise


class Holds(Enum):
    """What a value is; its length is told by it before anybody is written to."""

    TEXT = auto()
    DAY = auto()
    MOMENT = auto()
    DEPARTMENT = auto()
    COLLEAGUE = auto()
    LINK = auto()  # whoever has it acts in the recipient's name, so no colleague is shown all of it


@dataclass(frozen=True)
class Variable:
    """A gap in a template: {name}. The example stands in for the value wherever nobody is written to yet."""

    name: str
    label: Words
    example: Words
    is_needed: bool = False  # a text without it is of no use
    holds: Holds = Holds.TEXT
    longest: Words = ""  # of a text: as long as it usually is at most, where that is longer than the example


@dataclass(frozen=True)
class MessagePurpose:
    """`variables` are what whoever queues the message must fill, each of them."""

    code: str  # stands in `Message.kind` too
    name: Words
    classes: tuple[MessageClass, ...]  # of which it can be, and no other: a birthday greeting is marketing
    variables: tuple[Variable, ...] = ()
    may_be_clinical: bool = False  # an illness may be named: such a text never leaves as a text message
    may_advertise: bool = (
        False  # an offer of medical services may be made: such a text needs the authority's certificate
    )
    needs: Capability | None = None  # to know, from story or outbox, that there is one; None: no more than these do
    is_urgent: bool = False  # answers what the patient does this minute: a code, the number of a complaint just made

    @cached_property
    def known(self) -> dict[str, Variable]:
        """All that a template of this purpose may hold, by name; the outbox's own last."""
        certificate = (CERTIFICATE_NUMBER,) if self.may_advertise else ()
        return {each.name: each for each in (*self.variables, *certificate, *OWN)}

    @cached_property
    def links(self) -> list[str]:
        """The variables that are the recipient's own links."""
        return [each.name for each in self.known.values() if each.holds is Holds.LINK]

    def goes_at_any_hour(self, message_class: str) -> bool:
        """The patient waits for it. Whatever the hospital begins by itself keeps to the quiet hours of its class."""
        return self.is_urgent and message_class == MessageClass.SERVICE


STOP_LINK = "stop_link"
RECIPIENT, HOSPITAL, HOSPITAL_PHONE = "recipient", "hospital", "hospital_phone"
# What the outbox fills itself, at the last moment: a name that is mended before then is mended in the message.
OWN = (
    Variable(RECIPIENT, _("How the recipient is addressed"), _("Ms Zhang")),
    Variable(HOSPITAL, _("Name of the hospital"), _("Example Hospital")),
    Variable(HOSPITAL_PHONE, _("Consult line of the hospital"), "010-5550 0100"),
    Variable(STOP_LINK, _("Link that stops these messages"), "https://crm.example/m/4k7tq2m9", holds=Holds.LINK),
)
CERTIFICATE = "certificate"
CERTIFICATE_NUMBER = Variable(
    CERTIFICATE, _("Number of the advertisement's certificate"), "京医广〔2026〕第03-12-0001号"
)
PURPOSES: dict[str, MessagePurpose] = {}
