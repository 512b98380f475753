"""What was typed about a call that is not saved yet."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from accounts.models import Staff, Submission
from accounts.services.submissions import first_result
from consult.models import CallDraft

Content = dict[str, list[str]]
KEPT_FOR = timedelta(days=7)


def keep_draft(*, key: UUID, content: Content, staff: Staff, at: datetime, parks: bool = False) -> CallDraft | None:
    """The draft is as typed; it began when it was first kept. From now on it lies aside, or somebody speaks.

    None if the call was saved in the meantime, or is somebody else's.
    """
    if first_result(str(key)) is not None:
        return None
    values = {"content": _without_nul(content), "kept_at": at, "parked_at": at if parks else None}
    mine = CallDraft.objects.filter(key=key, staff=staff)
    if known := mine.first():
        mine.update(**values, parked_seconds=known.waited(at))
    else:
        CallDraft.objects.bulk_create([CallDraft(key=key, staff=staff, opened_at=at, **values)], ignore_conflicts=True)
    return mine.first()


def turn_to(draft: CallDraft | None, *, among: Iterable[CallDraft], at: datetime) -> bool:
    """Whoever opens a call takes it up again, and their others lie aside from now on; None is a new one.

    Returns whether anything is otherwise than before: the same page read again changes nothing.
    """
    left = [other.pk for other in among if other != draft and other.parked_at is None]
    if left:
        CallDraft.objects.filter(pk__in=left, parked_at=None).update(parked_at=at)
    if draft is None or draft.parked_at is None:
        return bool(left)
    parked = CallDraft.objects.filter(pk=draft.pk, parked_at=draft.parked_at)
    parked.update(parked_at=None, parked_seconds=draft.waited(at))
    return True


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
