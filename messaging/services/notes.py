from collections.abc import Collection
from datetime import datetime

from accounts.models import Staff
from messaging.models import Message


def read_notes(*, staff: Staff, shown: Collection[Message], at: datetime) -> int:
    """The person has seen these notes; returns how many of them were new."""
    new = [note.pk for note in shown if note.read_at is None]
    return Message.objects.notes_of(staff).unread().filter(pk__in=new).update(read_at=at) if new else 0
