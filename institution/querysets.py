from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from institution.models import Setting, WorkingCalendar  # noqa: F401  names the rows of the QuerySets


class SettingQuerySet(models.QuerySet["Setting"]):
    def number(self, key: str) -> Decimal:
        """The hospital's value of the setting.

        Raises Setting.DoesNotExist: a key without a row is a programming error.
        """
        return self.values_list("value", flat=True).get(key=key)


class WorkingCalendarQuerySet(models.QuerySet["WorkingCalendar"]):
    def of_hospital(self) -> WorkingCalendar:
        return self.get(department__isnull=True)
