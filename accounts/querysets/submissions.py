"""The vocabulary for reading what forms have made."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from accounts.models import Actor, Submission  # noqa: F401  name the rows


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def sent_by(self, actor: Actor, since: datetime) -> Self:
        """The actor's own, no older than that."""
        return self.filter(actor=actor, created_at__gte=since)

    def made(self, kind: str) -> Self:
        """Things of this kind, or of one that nobody wrote down yet."""
        return self.filter(kind__in=("", kind))
