"""The vocabulary for reading tries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import Staff
    from followups.models import Attempt  # noqa: F401  names the rows


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def standing(self) -> Self:
        """Not voided."""
        return self.filter(voided_at__isnull=True)

    def unsuccessful(self) -> Self:
        """Nobody was spoken to."""
        return self.filter(outcome__in=("no_answer", "busy", "switched_off"))

    def by_staff(self, staff: Staff) -> Self:
        """What the person tried."""
        return self.filter(by__staff=staff)

    def not_about(self, staff: Staff) -> Self:
        """Without those of promises in which the person is a person concerned."""
        return self.exclude(promise__excluded=staff)

    def since(self, moment: datetime) -> Self:
        return self.filter(attempted_at__gte=moment)

    def newest_first(self) -> Self:
        return self.order_by("-attempted_at", "-pk")

    def with_people(self) -> Self:
        """With whom it was about."""
        return self.select_related("promise__patient", "promise__contact", "promise__organisation")
