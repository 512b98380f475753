from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q

from hospital_crm.lib.prepared import Gap, Prepared

if TYPE_CHECKING:
    from accounts.models import Department
    from institution.models import (  # noqa: F401  name the rows of the QuerySets
        CalendarDay,
        ReferenceItem,
        Setting,
        WorkingCalendar,
    )

_values = Prepared[Decimal](is_planned_once=True)


class SettingQuerySet(models.QuerySet["Setting"]):
    def number(self, key: str) -> Decimal:
        """The hospital's value of the setting.

        Raises Setting.DoesNotExist: a key without a row is a programming error.
        """
        asked = Gap("key", models.CharField())
        found = _values.rows("by key", lambda: self.model.objects.value_of(asked), {"key": key})
        if not found:
            raise self.model.DoesNotExist(key)
        return found[0]

    def value_of(self, key: str | Gap) -> models.QuerySet[Setting, Decimal]:
        """The same as a question, for a gap or as a part of another one."""
        return self.filter(key=key).values_list("value", flat=True)

    def numbers(self, beginning: str) -> dict[str, Decimal]:
        """The values of all whose key begins so, by the rest of the key, with one query."""
        rows = self.filter(key__startswith=beginning).values_list("key", "value")
        return {key.removeprefix(beginning): value for key, value in rows}

    def of_span(self, key: str) -> Self:
        """From and until which hour something is done; in one order, so that two who lock them wait in no ring."""
        span = key.rpartition("_")[0]
        return self.filter(key__in=(f"{span}_from", f"{span}_until")).order_by("key")


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

    def in_order(self) -> Self:
        """The hospital's, then those of the departments in the order of the tree."""
        return self.select_related("department").order_by(F("department__path").asc(nulls_first=True))

    def keeping_years(self) -> Self:
        """Those whose years somebody confirms: the hospital's, and of departments those that do not follow it."""
        return self.filter(Q(department__isnull=True) | Q(follows_hospital=False))

    def around(self, department: Department | None) -> Self:
        """Those that may hold for the department, the nearest first, the hospital's last."""
        above = [int(key) for key in department.path.strip("/").split("/")] if department else []
        places = self.filter(Q(department__isnull=True) | Q(department__in=above))
        return places.order_by(F("department__path").desc(nulls_last=True))


class CalendarDayQuerySet(models.QuerySet["CalendarDay"]):
    def with_calendar(self) -> Self:
        return self.select_related("calendar__department")

    def in_year(self, year: int) -> Self:
        return self.filter(on__gte=date(year, 1, 1), on__lte=date(year, 12, 31)).order_by("on")
