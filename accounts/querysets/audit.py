"""The vocabulary for reading the audit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any, NoReturn, Self

from django.apps import apps
from django.db import models

from accounts.access import Capability, Scope
from hospital_crm.lib.moments import midnight, midnight_after

from .concerned import ConcerningQuerySet

if TYPE_CHECKING:
    from accounts.models import AuditEntry, Staff  # noqa: F401  name the rows


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    def visible_to(self, staff: Staff) -> Self:
        """All for the administrator; for a manager what people of the own department did; never about oneself."""
        scope = staff.scope(Capability.SEE_AUDIT)
        if Scope.HOSPITAL in scope:
            return self.not_about(staff)
        if Scope.DEPARTMENT in scope and staff.department_id:
            return self.filter(actor__staff__department=staff.department_id).not_about(staff)
        return self.none()

    def not_about(self, staff: Staff) -> Self:
        """Without what was done to rows, of whatever app, in which the person is a person concerned."""
        return self._without(lambda rows: rows.filter(excluded=staff))

    def about_nobody(self) -> Self:
        """Without what was done to rows in which any colleague is a person concerned."""
        return self._without(lambda rows: rows.about_somebody())

    def _without(self, concerning: Callable[[ConcerningQuerySet[Any]], models.QuerySet[Any]]) -> Self:
        entries = self
        for model in apps.get_models():
            rows = model._default_manager.all()
            if isinstance(rows, ConcerningQuerySet):
                keys = concerning(rows).values("pk")
                entries = entries.exclude(subject_type=model._meta.label, subject_id__in=keys)
        return entries

    def about(self, subject: models.Model) -> Self:
        return self.filter(subject_type=subject._meta.label, subject_id=subject.pk)

    def matching(
        self,
        *,
        who: Staff | None = None,
        verb: str = "",
        since: date | None = None,
        until: date | None = None,
    ) -> Self:
        """What the page's filter means: by whom, which verb, from the first to the last day, both included."""
        entries = self.filter(actor__staff=who) if who else self
        entries = entries.filter(verb=verb) if verb else entries
        entries = entries.filter(at__gte=midnight(since)) if since else entries
        return entries.filter(at__lt=midnight_after(until)) if until else entries

    def newest_first(self) -> Self:
        return self.order_by("-at", "-id")

    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError("The audit is append-only.")

    def delete(self) -> NoReturn:
        raise TypeError("The audit is append-only.")
