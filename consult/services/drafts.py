"""What was typed about a call that is not saved yet."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Staff, Submission
from accounts.services.submissions import first_result
from consult.models import CallDraft

Content = dict[str, list[str]]
LABEL_LENGTH = 120
KEPT_FOR = timedelta(days=7)


def keep_draft(
    *, key: UUID, content: Content, label: str, staff: Staff, at: datetime, reopened: datetime | None = None
) -> CallDraft | None:
    """The draft is as typed; it began when it was first kept, and until it was reopened it lay aside.

    None if the call was saved in the meantime.
    """
    if first_result(str(key)) is not None:
        return None
    values = {"content": _without_nul(content), "label": label.replace("\0", "")[:LABEL_LENGTH], "kept_at": at}
    mine = CallDraft.objects.filter(key=key, staff=staff)
    if reopened is not None:
        _count_parked(mine, reopened)
    if not mine.update(**values):
        CallDraft.objects.bulk_create([CallDraft(key=key, staff=staff, opened_at=at, **values)], ignore_conflicts=True)
    return mine.first()


def _count_parked(mine: QuerySet[CallDraft], reopened: datetime) -> None:
    if draft := mine.first():
        mine.filter(kept_at=draft.kept_at).update(parked_seconds=draft.waited(reopened))


def discard_draft(*, key: UUID, staff: Staff) -> None:
    """Nothing is left of a call that was not worth saving."""
    CallDraft.objects.filter(key=key, staff=staff).delete()


def forget_old_drafts(*, at: datetime) -> int:
    """What nobody came back to for a week is gone, and what was saved as a call; returns how many drafts."""
    saved = Submission.objects.filter(key=OuterRef("key"))
    gone, _rows = CallDraft.objects.filter(Exists(saved) | Q(kept_at__lt=at - KEPT_FOR)).delete()
    return gone


def _without_nul(content: Content) -> Content:
    """PostgreSQL keeps no NUL in JSON; no field of the form takes one either."""
    return {name: [value.replace("\0", "") for value in values] for name, values in content.items()}
