from collections.abc import Callable
from datetime import datetime
from typing import TypeVar
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.db.models import Model, UUIDField
from django.utils.translation import gettext_lazy as _

from accounts.access import StaffRequest
from accounts.models import Actor, Submission
from hospital_crm.lib.errors import DomainError, DuplicateSubmission
from hospital_crm.lib.inserts import insert
from hospital_crm.lib.keys import read_uuid
from hospital_crm.lib.prepared import Gap, Prepared

Row = TypeVar("Row", bound=Model)
_made = Prepared[Submission](is_planned_once=True)
BESIDE = ("csrfmiddlewaretoken", "next")  # sent along, and no part of what is said


class SubmissionTaken(DomainError):
    """The submission id has made something of another kind already; nothing was done with it now."""

    message = _("This form was used for something else already. Open it anew.")


def first_result(submission: str, kind: str) -> int | None:
    """The primary key of what this submission id, as sent, has made already; None if it has made nothing of the kind.

    Pages ask before they check the form: to a second sending the name is taken, by the first.
    """
    try:
        key = UUID(submission)
    except ValueError:
        return None
    return Submission.objects.made(kind).filter(key=key).values_list("subject_id", flat=True).first()


def named(submission: UUID | None, actor: Actor, *sent: object) -> UUID | None:
    """Names one sending of what makes no row of its own: with other content, or of another actor, it is another act.

    `sent` is plain values, in an order that does not depend on how they were sent.
    """
    return None if submission is None else uuid5(submission, repr((actor.pk, *sent)))


def sending_of(request: StaffRequest) -> UUID | None:
    """Names what a form that acts has sent: on the page that one went back to, other words are another act.

    None if the form carries no submission id.
    """
    sent = sorted((name, values) for name, values in request.POST.lists() if name not in BESIDE)
    return named(read_uuid(request.POST.get("submission", "")), request.user.actor, request.path, sent)


def create_once(*, submission: UUID | None, kind: str, create: Callable[[], Row], actor: Actor, at: datetime) -> Row:
    """What `create` makes exists once, however often the form that carries this submission id is sent.

    `create` returns the new row, `kind` says what it is: the label of its model, or the act where nothing new is made.
    Without an id (seed, import) it just runs. All that it writes stands or falls together.
    Raises DuplicateSubmission, which names the first result, and SubmissionTaken.
    """
    if submission is None:
        with transaction.atomic():
            return create()
    _refuse_second(submission, kind)
    try:
        with transaction.atomic():
            row = create()
            insert(Submission(key=submission, kind=kind, actor=actor, subject_id=row.pk, created_at=at))
    except (IntegrityError, DomainError) as clash:
        # Two sendings at the same moment: the loser's row is rolled back with its submission, or finds all done.
        _refuse_second(submission, kind, clash)
        raise
    return row


def _refuse_second(submission: UUID, kind: str, clash: Exception | None = None) -> None:
    made = _made.rows("by key", lambda: Submission.objects.filter(key=Gap("key", UUIDField())), {"key": submission})
    if not made:
        return
    (first,) = made
    if first.kind not in ("", kind):
        raise SubmissionTaken from clash
    raise DuplicateSubmission(first.subject_id) from clash
