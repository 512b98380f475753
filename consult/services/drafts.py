"""What was typed about a call that is not saved yet."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Staff, Submission
from accounts.services.submissions import first_result
from consult.models import Call, CallDraft
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.keys import read_key

Content = dict[str, list[str]]
KEPT_FOR = timedelta(days=7)
# Which window of the browser typed it, as of when that window knew the draft, when it sent it (ms, its own clock), and
# since when it shows what is owed (ms, ours).
WINDOW, SEEN, SENT, SHOWN = OF_WINDOW = ("window", "seen", "sent", "shown")


class TypedElsewhere(DomainError):
    """Another window has typed about the same call what this one does not show; `names` are the fields."""

    message = _("Another window has typed more about this call.")

    def __init__(self, names: Collection[str]) -> None:
        super().__init__()
        self.names = names


def keep_draft(*, key: UUID, content: Content, staff: Staff, at: datetime, parks: bool = False) -> CallDraft | None:
    """The draft is as typed; it began when it was first kept. From now on it lies aside, or somebody speaks.

    What the same window sent before, and what comes in only now, changes nothing. None if the call was saved in the
    meantime, or is somebody else's. Raises TypedElsewhere: it stays as it was.
    """
    if first_result(str(key), Call._meta.label) is not None:
        return None
    values = {"content": _without_nul(content), "kept_at": at, "parked_at": at if parks else None}
    mine = CallDraft.objects.filter(key=key, staff=staff)
    with transaction.atomic():
        known = mine.select_for_update().first()
        if known is None:  # else what was sent at this very moment is known by then
            fresh = CallDraft(key=key, staff=staff, opened_at=at, **values)
            CallDraft.objects.bulk_create([fresh], ignore_conflicts=True)
            known = mine.select_for_update().first()
        if known is None or _was_sent_before(content, known):
            return known
        check_window(known, content)
        mine.update(**values, parked_seconds=known.waited(at))
    return mine.first()


def _was_sent_before(content: Content, known: CallDraft) -> bool:
    """Two sendings of one window may overtake each other on their way."""
    is_of_same = content.get(WINDOW) == known.content.get(WINDOW)
    return is_of_same and read_key(_one(content, SENT)) < read_key(_one(known.content, SENT))


def _one(content: Content, name: str) -> str:
    return (content.get(name) or [""])[-1]


def check_window(draft: CallDraft | None, content: Content) -> None:
    """What another window has typed since this one last knew the draft is not lost by what this one says.

    Raises TypedElsewhere.
    """
    if draft is None or content.get(SEEN) == [draft.kept_as] or content.get(WINDOW) == draft.content.get(WINDOW):
        return
    filled = [name for name, values in draft.content.items() if any(values) and name not in OF_WINDOW]
    if names := [name for name in filled if draft.content[name] != content.get(name)]:
        raise TypedElsewhere(names)


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
    saved = Submission.objects.made(Call._meta.label).filter(key=OuterRef("key"))
    gone, _rows = CallDraft.objects.filter(Exists(saved) | Q(kept_at__lt=at - KEPT_FOR)).delete()
    return gone


def _without_nul(content: Content) -> Content:
    """PostgreSQL keeps no NUL in JSON; no field of the form takes one either."""
    return {name: [value.replace("\0", "") for value in values] for name, values in content.items()}
