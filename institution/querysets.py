from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from institution.models import ReferenceItem, Setting, WorkingCalendar  # noqa: F401  names the rows of the QuerySets


class SettingQuerySet(models.QuerySet["Setting"]):
    def number(self, key: str) -> Decimal:
        """The hospital's value of the setting.

        Raises Setting.DoesNotExist: a key without a row is a programming error.
        """
        return self.values_list("value", flat=True).get(key=key)

    def numbers(self, beginning: str) -> dict[str, Decimal]:
        """The values of all whose key begins so, by the rest of the key, with one query."""
        rows = self.filter(key__startswith=beginning).values_list("key", "value")
        return {key.removeprefix(beginning): value for key, value in rows}


class ReferenceItemQuerySet(models.QuerySet["ReferenceItem"]):
    def of_list(self, code: str) -> Self:
        return self.filter(list__code=code).order_by("position", "pk")

    def in_use(self, *codes: str) -> Self:
        """The choices of several lists at once, each in its order."""
        return self.filter(list__code__in=codes, is_active=True).select_related("list").order_by("position", "pk")

    def selectable(self, code: str, chosen: int | None = None) -> Self:
        """What a form offers: the choices in use, and what is chosen already though it was taken out of use."""
        return self.of_list(code).filter(Q(is_active=True) | Q(pk=chosen))


class WorkingCalendarQuerySet(models.QuerySet["WorkingCalendar"]):
    def of_hospital(self) -> WorkingCalendar:
        return self.get(department__isnull=True)
