"""How a text looks to whoever gets it: by example, or to a real person; and how long it may become."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.utils import translation

from messaging.models import MessagePurpose, TemplateRegistration, TemplateVersion
from messaging.rules.braces import GAP, gaps_in
from messaging.rules.sms import SmsLength, signed, sms_length
from patients.models import Target

from .addressing import own_values
from .house import House
from .numbers_told import certificate_value


@dataclass(frozen=True)
class Look:
    subject: str
    text: str
    signature: str  # of text messages
    longest: str  # the text with the longest values that are to be expected

    @property
    def full(self) -> str:
        """As a text message."""
        return signed(self.text, self.signature)

    @property
    def length(self) -> SmsLength:
        """At most: examples are shorter than what is sent, and each part is paid."""
        return sms_length(signed(self.longest, self.signature))


def look_of(
    *,
    purpose: MessagePurpose,
    language: str,
    subject: str,
    text: str,
    recipient: Target | None = None,
    house: House | None = None,
    certificate: Mapping[str, str] = MappingProxyType({}),
) -> Look:
    """With example values in the text's language, and the recipient's own where there is one. What cannot be filled
    stays as it was typed; a certificate too, whose number a reader could take for a real one.
    """
    house = house or House()
    own = own_values(recipient, hospital=house.hospital, language=language)
    known = {name: said for name, said in {**own, **certificate}.items() if said}
    examples = {name: said for name, said in example_values(purpose, language).items() if name not in certificate}
    values = examples | known
    longest = {name: house.longest(purpose.known[name], language) for name in gaps_in(text) if name in purpose.known}
    return Look(
        subject=_as_far_as(subject, values),
        text=_as_far_as(text, values),
        signature=house.signature,
        longest=_as_far_as(text, longest | known),
    )


def look_of_version(
    version: TemplateVersion,
    *,
    recipient: Target | None = None,
    house: House | None = None,
    number: str | None = None,
) -> Look:
    """`number`: of the certificate, as it is being typed; else the one that stands with the words."""
    certificate = certificate_value(version)
    return look_of(
        purpose=version.template.filled_by,
        language=version.language,
        subject=version.subject,
        text=version.text,
        recipient=recipient,
        house=house,
        certificate=certificate if number is None else dict.fromkeys(certificate, number),
    )


def keyword_values(registration: TemplateRegistration, *, recipient: Target | None, house: House) -> dict[str, str]:
    """What WeChat shows beside its own labels."""
    version = registration.of
    look = {name: f"{{{variable}}}" for name, variable in registration.keywords.items()}
    return {
        name: look_of(
            purpose=version.template.filled_by,
            language=version.language,
            subject="",
            text=gap,
            recipient=recipient,
            house=house,
            certificate=certificate_value(version),
        ).text
        for name, gap in look.items()
    }


def example_values(purpose: MessagePurpose, language: str) -> dict[str, str]:
    with translation.override(language):
        return {name: str(each.example) for name, each in purpose.known.items()}


def _as_far_as(text: str, values: Mapping[str, str]) -> str:
    return GAP.sub(lambda found: values.get(found[1], found[0]), text)
