"""What patients are told: a template, its values, and a moment."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor, Staff
from hospital_crm.lib.errors import DomainError
from institution.models import HospitalProfile
from messaging.models import Channel, Message, MessageClass, MessageTemplate, TemplateVersion
from messaging.models.purposes import STOP_LINK
from messaging.services.gateways import GATEWAYS
from messaging.services.queueing import queue_rows
from messaging.services.templates.addressing import in_words, own_values
from messaging.services.templates.certificates import require_certificate
from messaging.services.templates.numbers_told import certificate_value
from messaging.services.words import needed_by
from patients.models import Patient, Target, target_fields
from patients.services.survivors import survivor_even_erased

WECHAT = "wechat"  # channel and provider in one
IN_ORDER = ("sms", WECHAT, "email")  # by which patients are reached of whom nobody knows what they like


class NoSuchTemplate(DomainError):
    """No template has the code, or it is no longer in use."""

    message = _("There is no such message template in use.")
    field = "template"


class ClassNotLawful(DomainError):
    """Its class is none that its purpose may have: it was written before that was so."""

    message = _(
        "Messages of this purpose must not be of this class: nothing of this template is sent. "
        "Write a template of another class."
    )
    field = "template"


class NotPublished(DomainError):
    """Nobody has published words for it, neither in the recipient's language nor in the hospital's."""

    message = _("Nobody has published a text of this message template yet.")
    field = "template"


class _Values(DomainError):
    field = "values"

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self.names = names

    def __str__(self) -> str:
        return str(self.message).format(names=", ".join(f"{{{name}}}" for name in self.names))


class ValuesMissing(_Values):
    """What the purpose promises to fill was not given, or is empty where the text needs it."""

    message = _("Nothing to fill in for {names}.")


class ValuesUnknown(_Values):
    """The purpose knows no such variables."""

    message = _("Messages of this purpose know no {names}.")


def queue_to_patient(
    *,
    recipient: Target,
    template: str,
    values: Mapping[str, object],
    send_at: datetime,
    expires_at: datetime,
    dedupe_key: str,
    source: str,
    actor: Actor,
    at: datetime,
    channels: Sequence[Channel] = (),
    excluded: Collection[Staff] = (),
) -> list[Message]:
    """The recipient will be told, in the words that are published now; [] where this key was queued before.

    It takes the first of the channels on which the recipient can be reached; without any named, the one that a
    patient likes, then the usual ones. Where there is none the message waits all the same, and is withheld with its
    reason. `values` are for the purpose's own variables: text, numbers, days, moments, rows with a name.
    Persons concerned (`excluded`) see it neither in the outbox nor in the patient's story.
    Raises NoSuchTemplate, ClassNotLawful, NotPublished, CertificateMissing, ValuesMissing, ValuesUnknown.
    """
    recipient = survivor_even_erased(recipient)
    version = version_for(recipient, template)
    require_certificate(version, on=timezone.localdate(send_at))
    params = {"values": _checked(version, recipient, values)}
    return queue_rows(
        {_channel(recipient, channels, version): dedupe_key},
        recipient=recipient,
        kind=version.template.purpose,
        params=params,
        send_at=send_at,
        expires_at=expires_at,
        source=source,
        actor=actor,
        at=at,
        about=None,
        message_class=MessageClass(version.template.message_class),
        excluded=excluded,
        template_version=version,
    )


def version_for(recipient: Target, code: str) -> TemplateVersion:
    """What is published in the recipient's language, else in the hospital's.

    Raises NoSuchTemplate, ClassNotLawful, NotPublished.
    """
    template = MessageTemplate.objects.filter(code=code, is_active=True).first()
    if template is None:
        raise NoSuchTemplate
    if not template.is_lawful:
        raise ClassNotLawful
    published = {each.language: each for each in template.versions.published().select_related("template")}
    found = published.get(language_of(recipient)) or published.get(settings.LANGUAGE_CODE)
    if found is None:
        raise NotPublished
    return found


def language_of(recipient: Target) -> str:
    """Of letters and messages: the person's own, else the hospital's."""
    return (recipient.language if isinstance(recipient, Patient) else "") or settings.LANGUAGE_CODE


def _checked(version: TemplateVersion, recipient: Target, values: Mapping[str, object]) -> dict[str, str]:
    """The purpose's values in the text's language. Raises ValuesMissing, ValuesUnknown."""
    names = [each.name for each in version.template.filled_by.variables]
    if unknown := [name for name in values if name not in names]:
        raise ValuesUnknown(unknown)
    language = version.language
    said = {name: in_words(values[name], language=language) for name in names if values.get(name) is not None}
    said |= certificate_value(version)
    known = said | own_values(recipient, hospital=HospitalProfile.objects.get(), language=language)
    needed = [name for name in needed_by(version) if name != STOP_LINK]
    if missing := [name for name in dict.fromkeys([*names, *needed]) if name not in known]:
        raise ValuesMissing(missing)
    if empty := [name for name in needed if not known[name]]:
        raise ValuesMissing(empty)
    return said


def _channel(recipient: Target, asked: Sequence[Channel], version: TemplateVersion) -> Channel:
    order = list(asked) or _usual(recipient)
    if version.template.filled_by.may_be_clinical:  # others may read a text message
        order = [channel for channel in order if channel != "sms"] or [Channel.EMAIL]
    return next((channel for channel in order if _is_reached(recipient, channel, version)), order[0])


def _usual(recipient: Target) -> list[Channel]:
    liked = recipient.preferred_channel if isinstance(recipient, Patient) else ""
    return [Channel(code) for code in dict.fromkeys((liked, *IN_ORDER)) if code in Channel.values]


def _is_reached(recipient: Target, channel: Channel, version: TemplateVersion) -> bool:
    """The channel is set up, knows the words if it is WeChat, and has an address of the recipient that can be right."""
    if channel not in GATEWAYS or (channel == WECHAT and not version.registrations.filter(provider=WECHAT).exists()):
        return False
    gateway = GATEWAYS[channel]()
    address = gateway.address_of(Message(channel=channel, **target_fields(recipient)))
    return gateway.is_set_up and bool(address) and gateway.takes(address)
