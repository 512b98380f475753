"""The vocabulary for reading the sums of days."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef

from accounts.models import Staff

from .scope import within_figures_of

if TYPE_CHECKING:
    from promises.models import PromiseDay, SummedDay  # noqa: F401  name the rows


class PromiseDayQuerySet(models.QuerySet["PromiseDay"]):
    def counted_for(self, staff: Staff, on: date) -> Self:
        """The same as of promises; what is about somebody is in no sum."""
        return self.filter(within_figures_of(staff, on))


class SummedDayQuerySet(models.QuerySet["SummedDay"]):
    def standing(self, since: date, until: date) -> list[date]:
        """The days of the period, in order, of which no promise has changed since they were summed."""
        changed = apps.get_model("promises", "ChangedDay").objects.filter(day=OuterRef("day"))
        days = self.filter(~Exists(changed), day__range=(since, until), zone=settings.TIME_ZONE)
        return list(days.order_by("day").values_list("day", flat=True))
