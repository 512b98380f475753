"""A message to a patient in words: its template's version with the values in it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from hospital_crm.lib.errors import DomainError
from institution.models import HospitalProfile
from messaging.models import Message, TemplateVersion
from messaging.models.purposes import STOP_LINK
from messaging.rules.braces import filled, gaps_in
from messaging.rules.sms import signed
from messaging.services.links import LinkRules, hidden, hidden_stop_link, link_rules, stop_link
from messaging.services.templates.addressing import own_values
from messaging.services.templates.numbers_told import values_told


class NoWords(DomainError):
    """It has no template: it is none to a patient, or from before there were any."""


@dataclass(frozen=True)
class Words:
    subject: str  # of an e-mail
    text: str  # without the signature
    signature: str  # as the provider has registered it, without 【】
    values: Mapping[str, str]  # in the order in which the text first needs them
    version: TemplateVersion

    @property
    def full(self) -> str:
        """As it reads in a text message."""
        return signed(self.text, self.signature)


def words_of(
    message: Message, *, hospital: HospitalProfile | None = None, rules: Callable[[], LinkRules] = link_rules
) -> Words:
    """What the recipient reads; the outbox fills in who is written to, the hospital, and the link that stops it.

    `hospital` and `rules` are for whoever words many messages and has read both already.

    Raises NoWords, and KeyError where a value is gone: those of people who were erased are.
    """
    version = message.template_version
    if version is None:
        raise NoWords
    hospital = hospital or HospitalProfile.objects.get()
    known = _values(message, version, hospital)
    if STOP_LINK in needed_by(version):
        known[STOP_LINK] = stop_link(message, rules())
    return worded(version, known, hospital=hospital)


def texts_of(messages: Iterable[Message]) -> dict[int, str]:
    """Of those to patients, what each reads, as colleagues are shown it; "" of people whose data were erased.

    The links in it lead nowhere: whoever had one could stop a patient's messages, or answer in the patient's name.
    """
    told = [message for message in messages if message.template_version is not None]
    hospital = HospitalProfile.objects.get() if told else None
    return {message.pk: _shown(message, hospital) for message in told}


def _shown(message: Message, hospital: HospitalProfile | None) -> str:
    version = message.template_version
    if version is None or hospital is None:
        return ""
    try:
        known = _values(message, version, hospital)
        links = {name: hidden(known[name]) for name in version.template.filled_by.links if name in known}
        return worded(version, {**known, **links, STOP_LINK: hidden_stop_link()}, hospital=hospital).full
    except KeyError:
        return ""


def _values(message: Message, version: TemplateVersion, hospital: HospitalProfile) -> dict[str, str]:
    """Without the link that stops such messages. Raises KeyError."""
    own = own_values(message.recipient, hospital=hospital, language=version.language)
    return {**values_told(message, version), **own}


def worded(version: TemplateVersion, known: Mapping[str, str], *, hospital: HospitalProfile) -> Words:
    """The version with these values. Raises KeyError."""
    return Words(
        subject=filled(version.subject, known),
        text=filled(version.text, known),
        signature=hospital.message_signature,
        values={name: known[name] for name in gaps_in(version.text)},
        version=version,
    )


def needed_by(version: TemplateVersion) -> list[str]:
    """Its variables, those of the text first."""
    return list(dict.fromkeys([*gaps_in(version.text), *gaps_in(version.subject)]))
