"""The vocabulary for reading tries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from followups.models import Attempt  # noqa: F401  names the rows


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def unsuccessful(self) -> Self:
        """Nobody was spoken to."""
        return self.filter(outcome__in=("no_answer", "busy", "switched_off"))

    def in_order(self) -> Self:
        return self.order_by("rank")
