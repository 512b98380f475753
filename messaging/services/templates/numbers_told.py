"""Which certificate a message names: while it waits the one that is valid now, then for ever the one that it told."""

from collections.abc import Iterable
from typing import Any

from messaging.models import Message, TemplateVersion
from messaging.models.purposes import CERTIFICATE


def certificate_value(words: TemplateVersion) -> dict[str, str]:
    """What stands for it in a text, where the purpose knows of such a thing."""
    return {CERTIFICATE: words.certificate_number} if words.template.filled_by.may_advertise else {}


def values_told(message: Message, words: TemplateVersion) -> dict[str, Any]:
    """The purpose's values. What was handed over keeps the number that it told; as long as a message is ours it tells
    the one that is valid now. Raises KeyError.
    """
    values: dict[str, Any] = message.params["values"]
    return values | certificate_value(words) if message.is_open else values


def kept_number(message: Message) -> dict[str, Any]:
    """What the row of a message that goes now must hold anew, so that it can be read for ever what it told."""
    words, said = message.template_version, message.params.get("values")
    if words is None or said is None or (told := values_told(message, words)) == said:
        return {}
    return {"params": {**message.params, "values": told}}


def read_again(messages: Iterable[Message]) -> None:
    """These are worded and checked with the certificates as they stand now; asks nothing unless one may advertise."""
    told = {each.pk: words for each in messages if (words := each.template_version) and certificate_value(words)}
    if not told:
        return
    now = TemplateVersion.objects.select_related("template").in_bulk({words.pk for words in told.values()})
    for message in messages:
        if message.pk in told:
            message.template_version = now[told[message.pk].pk]
