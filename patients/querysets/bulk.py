"""The vocabulary for reading what somebody has done for many patients at once: one's own, and nobody else's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from accounts.models import Staff
    from patients.models import BulkAct, Selection  # noqa: F401  name the rows


class SelectionQuerySet(models.QuerySet["Selection"]):
    def visible_to(self, staff: Staff) -> Self:
        return self.filter(chosen_by__staff=staff)


class BulkActQuerySet(models.QuerySet["BulkAct"]):
    def visible_to(self, staff: Staff) -> Self:
        return self.filter(selection__chosen_by__staff=staff)

    def with_card(self) -> Self:
        return self.select_related("job", "selection__chosen_by__staff")
