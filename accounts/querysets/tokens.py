"""The vocabulary for reading tokens."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from accounts.models import ApiToken  # noqa: F401  name the rows


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def valid(self, at: datetime) -> Self:
        """Neither expired nor revoked, of somebody who works here."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=at, staff__is_active=True)

    def unrevoked(self) -> Self:
        return self.filter(revoked_at__isnull=True)
