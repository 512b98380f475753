"""The vocabulary for reading imports."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models

from accounts.access import Capability

if TYPE_CHECKING:
    from accounts.models import Staff
    from patients.models import Import  # noqa: F401  names the rows


class ImportQuerySet(models.QuerySet["Import"]):
    def visible_to(self, staff: Staff) -> Self:
        """Whoever may import sees what colleagues have imported."""
        return self if staff.can(Capability.IMPORT_PATIENTS) else self.none()

    def with_card(self) -> Self:
        return self.select_related("job", "file", "uploaded_by__staff")

    def with_old_file(self, before: datetime) -> Self:
        """Whose file was brought before then and is not being read."""
        return self.filter(file__stored_at__lt=before).exclude(job__state__in=["queued", "running"])
