"""What was typed about a call that is not saved yet."""

from datetime import datetime
from uuid import UUID

from accounts.models import Staff
from accounts.services.submissions import first_result
from consult.models import CallDraft

Content = dict[str, list[str]]
LABEL_LENGTH = 120


def keep_draft(*, key: UUID, content: Content, label: str, staff: Staff, at: datetime) -> CallDraft | None:
    """The draft is as typed; it began when it was first kept. None if the call was saved in the meantime."""
    if first_result(str(key)) is not None:
        return None
    values = {"content": _without_nul(content), "label": label[:LABEL_LENGTH], "kept_at": at}
    mine = CallDraft.objects.filter(key=key, staff=staff)
    if not mine.update(**values):
        CallDraft.objects.bulk_create([CallDraft(key=key, staff=staff, opened_at=at, **values)], ignore_conflicts=True)
    return mine.first()


def discard_draft(*, key: UUID, staff: Staff) -> None:
    """Nothing is left of a call that was not worth saving."""
    CallDraft.objects.filter(key=key, staff=staff).delete()


def _without_nul(content: Content) -> Content:
    """PostgreSQL keeps no NUL in JSON; no field of the form takes one either."""
    return {name: [value.replace("\0", "") for value in values] for name, values in content.items()}
