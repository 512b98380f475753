"""How promises stand, whoever asks: by state, by time, by whom they are owed to."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.db.models import Exists, OuterRef, Q

from accounts.models import Absence, Staff
from accounts.querysets.concerned import ConcerningQuerySet
from accounts.querysets.staff import StaffQuerySet
from hospital_crm.lib.moments import midnight_after

from .conditions import FROM_TEXT, OF_ROWS, OPEN, TARGETS, falls_at, late_at, unowned
from .figures import measures_at, promised_for

if TYPE_CHECKING:
    from accounts.models import Department
    from patients.models import Target
    from promises.models import Promise  # noqa: F401  name the rows


class PromiseStateQuerySet(ConcerningQuerySet["Promise"]):
    def of_no_row(self) -> Self:
        """Without those that are done on a page of what they were made from."""
        return self.exclude(kind__in=OF_ROWS)

    def open(self) -> Self:
        return self.filter(OPEN)

    def over(self) -> Self:
        """Settled, with by whom."""
        return self.exclude(OPEN).select_related("ended_by__staff")

    def late(self, at: datetime) -> Self:
        return self.filter(late_at(at))

    def standing(self, state: str | None, at: datetime) -> Self:
        """In the state; late ones and those that nobody has taken are open ones; without one all."""
        if state == "late":
            return self.late(at)
        if state == "unowned":
            return self.open().unowned()
        return self.filter(state=state) if state else self

    def owned_by(self, staff: Staff) -> Self:
        return self.filter(owner=staff)

    def left_to_deputies(self, on: date) -> Self:
        """Whose owner is away that day while somebody stands in."""
        return self.filter(owner__in=Absence.objects.on(on).filter(deputy__isnull=False).values("staff"))

    def falling(self, when: str, at: datetime, *, unowned_first: bool) -> Self:
        """The open ones of one group of the workbench."""
        return self.open().alias(falls=falls_at(at, unowned_first=unowned_first)).filter(falls=when)

    def unowned(self) -> Self:
        return self.filter(unowned())

    def deserted(self) -> Self:
        """Whoever had them may keep them no longer; or nobody had, and nobody of a team in use may keep it."""
        is_kept = Exists(self._keepers().filter(pk=OuterRef("owner")))
        can_be_taken = Exists(self._keepers().filter(teams=OuterRef("team"), teams__is_active=True))
        return self.exclude(is_kept).exclude(Q(owner__isnull=True) & can_be_taken)

    def asked_in_vain(self) -> Self:
        """Passed on to somebody who may keep it no longer."""
        can_answer = Exists(self._keepers().filter(pk=OuterRef("pending_owner")))
        return self.filter(pending_owner__isnull=False).exclude(can_answer)

    def _keepers(self) -> StaffQuerySet:
        """Who may keep the promise of the outer query: without the persons concerned."""
        concerned = self.model.excluded.through.objects.filter(promise=OuterRef(OuterRef("pk")))
        keepers: StaffQuerySet = Staff.objects.keepers().exclude(pk__in=concerned.values("staff"))
        return keepers

    def of_target(self, target: Target) -> Self:
        return self.filter(**{target._meta.model_name or "": target})

    def written_after(self, at: datetime) -> Self:
        """Made from a text, or a text was added, since then: whoever spoke with them before knew nothing of it."""
        events = self.model.events.field.model._default_manager
        added = events.filter(promise=OuterRef("pk"), verb="wrote_again", happened_at__gt=at)
        return self.filter(Q(source__startswith=FROM_TEXT, made_at__gt=at) | Q(Exists(added)))

    def due_until(self, day: date) -> Self:
        """By the end of the day, whatever is late included."""
        return self.filter(due_at__lt=midnight_after(day))

    def in_due_order(self) -> Self:
        return self.order_by("due_at", "pk")

    def with_people(self) -> Self:
        """With what a row shows."""
        related = self.select_related(*TARGETS, "owner__department", "team", "pending_owner", "department")
        return related.prefetch_related("patient__phones", "organisation__contacts")

    def in_tree_of(self, department: Department) -> Self:
        """Those of the department and of all below it."""
        return self.filter(department__path__startswith=department.path)

    def first_promised_for(self, *, since: date | None = None, until: date | None = None) -> Self:
        return self.filter(promised_for(since, until))

    def measured(self, measure: str, at: datetime) -> Self:
        return self.filter(measures_at(at)[measure])
