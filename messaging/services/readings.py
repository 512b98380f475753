"""Messages as one reader may see them: to whom they go, and what they say."""

from collections.abc import Collection

from accounts.access import Capability
from accounts.models import Staff
from messaging.models import Message


def readable_among(messages: Collection[Message], *, reader: Staff) -> set[int]:
    """The keys of those whose text and people the reader may read."""
    shown = Message.objects.filter(pk__in=[message.pk for message in messages])
    return set(shown.readable_by(reader).values_list("pk", flat=True))


def recipient_of(message: Message, *, is_readable: bool, reader: Staff) -> str:
    """Colleagues by name; patients by name only where the reader may find them and read what they are told."""
    if message.staff:
        return message.staff.name
    if message.patient:
        return message.patient.name if is_readable and reader.can(Capability.FIND_PEOPLE) else message.patient.number
    return str(message.contact or message.organisation)
