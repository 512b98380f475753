from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from accounts.models import Staff
    from jobs.models import Job  # noqa: F401  names the rows of the QuerySet


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, staff: Staff) -> Self:
        """Everybody sees the jobs that they asked for."""
        return self.filter(requested_by__staff=staff)

    def open(self) -> Self:
        return self.filter(state__in=["queued", "running"])

    def of_kinds(self, *kinds: str) -> Self:
        return self.filter(kind__in=kinds)

    def silent_since(self, moment: datetime) -> Self:
        """Running, but the worker has not been heard of since then."""
        return self.filter(state="running", heartbeat_at__lt=moment)
