from collections.abc import Callable
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Model

from accounts.models import Actor, Submission
from hospital_crm.lib.errors import DuplicateSubmission

Row = TypeVar("Row", bound=Model)


def first_result(submission: str) -> int | None:
    """The primary key of what this submission id, as sent, has made already; None if it has made nothing.

    Pages ask before they check the form: to a second sending the name is taken, by the first.
    """
    try:
        key = UUID(submission)
    except ValueError:
        return None
    return Submission.objects.filter(key=key).values_list("subject_id", flat=True).first()


def create_once(*, submission: UUID | None, create: Callable[[], Row], actor: Actor, at: datetime) -> Row:
    """What `create` makes exists once, however often the form that carries this submission id is sent.

    `create` returns the new row. Without an id (seed, import) it just runs.
    Raises DuplicateSubmission, which names the first result.
    """
    if submission is None:
        return create()
    if first := Submission.objects.filter(key=submission).first():
        raise DuplicateSubmission(first.subject_id)
    try:
        with transaction.atomic():
            row = create()
            Submission.objects.create(key=submission, actor=actor, subject_id=row.pk, created_at=at)
    except IntegrityError as clash:
        # Two sendings at the same moment: the loser's row is rolled back with its submission.
        if first := Submission.objects.filter(key=submission).first():
            raise DuplicateSubmission(first.subject_id) from clash
        raise
    return row
