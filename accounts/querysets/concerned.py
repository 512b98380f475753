"""Of rows that some colleagues must not know of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models
from django.db.models import Exists, OuterRef

if TYPE_CHECKING:
    from accounts.models import Staff


_Row = TypeVar("_Row", bound=models.Model)


class ConcerningQuerySet(models.QuerySet[_Row]):
    """Of rows that some colleagues must not know of."""

    def not_about(self, staff: Staff) -> Self:
        """Without those in which the person is a person concerned."""
        return self.exclude(excluded=staff)

    def about_somebody(self) -> Self:
        """A colleague is a person concerned."""
        return self.filter(Exists(self._concerned()))

    def about_nobody(self) -> Self:
        return self.filter(~Exists(self._concerned()))

    def _concerned(self) -> models.QuerySet[Any]:
        rows: Any = self.model._meta.get_field("excluded").remote_field
        concerned: models.QuerySet[Any] = rows.through._default_manager.filter(
            **{str(self.model._meta.model_name): OuterRef("pk")}
        )
        return concerned
