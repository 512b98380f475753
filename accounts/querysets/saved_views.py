"""The vocabulary for reading saved views."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from accounts.models import SavedView, Staff  # noqa: F401  name the rows
    from hospital_crm.lib.prepared import Gap


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, staff: Staff) -> Self:
        """One's own."""
        return self.filter(staff=staff)

    def of(self, staff: Staff | Gap, list_name: str | Gap) -> Self:
        """Those of one list, in the order in which they are shown."""
        return self.filter(staff=staff, list=list_name).order_by("name", "pk")
