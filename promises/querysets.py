"""The vocabulary for reading what is owed."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q

from accounts.access import Capability, Scope
from accounts.models import Absence, Staff, Team
from hospital_crm.lib.moments import midnight, midnight_after

if TYPE_CHECKING:
    from accounts.models import Department
    from patients.models import Contact, Patient
    from promises.models import Promise  # noqa: F401  names the rows


# Null on either side would make ~MET unknown rather than true, so both are written out.
TRIED_IN_TIME = Q(first_attempt_at__isnull=False, first_attempt_at__lte=F("first_due_at"))
KEPT_IN_TIME = Q(state="kept", ended_at__isnull=False, ended_at__lte=F("first_due_at"))
MET = TRIED_IN_TIME | KEPT_IN_TIME


class PromiseQuerySet(models.QuerySet["Promise"]):
    def visible_to(self, staff: Staff, on: date | None = None) -> Self:
        """One's own and those one was asked to take over, the teams', the department tree's; never about oneself.

        With a day, also those of the colleagues for whom the person stands in then.
        """
        scope = staff.scope(Capability.SEE_PROMISES)
        if not scope:
            return self.none()
        seen = Q(owner=staff) | Q(pending_owner=staff)
        if on is not None:
            seen |= Q(owner__in=_stood_in_for(staff, on))
        if Scope.TEAM in scope:
            teams = staff.teams.in_use()
            seen |= Q(team__in=teams) | Q(owner__in=Staff.objects.filter(teams__in=teams))
        if Scope.DEPARTMENT_TREE in scope and staff.department:
            seen |= Q(department__path__startswith=staff.department.path)
        return self.filter(seen).not_about(staff)

    def settleable_by(self, staff: Staff, on: date) -> Self:
        """Those that a call of the person may settle: the visible ones; and to ring back is done whoever does it."""
        mine = self.model._default_manager.visible_to(staff, on).values("pk")
        return self.filter(Q(kind="ring_back") | Q(pk__in=mine)).not_about(staff)

    def not_about(self, staff: Staff) -> Self:
        """Without those in which the person is a person concerned."""
        return self.exclude(excluded=staff)

    def open(self) -> Self:
        return self.filter(state="open")

    def late(self, at: datetime) -> Self:
        return self.open().filter(late_at__lt=at)

    def owned_by(self, staff: Staff) -> Self:
        return self.filter(owner=staff)

    def owed_by(self, staff: Staff, on: date) -> Self:
        """What the person has to see to that day: one's own, and those of whom one stands in for."""
        return self.filter(Q(owner=staff) | Q(owner__in=_stood_in_for(staff, on)))

    def left_to_deputies(self, on: date) -> Self:
        """Whose owner is away that day while somebody stands in."""
        return self.filter(owner__in=Absence.objects.on(on).filter(deputy__isnull=False).values("staff"))

    def on_desk_of(self, staff: Staff, on: date) -> Self:
        """What the person owes that day, and what was passed on to the person and waits for an answer."""
        mine = Q(owner=staff) | Q(pending_owner=staff) | Q(owner__in=_stood_in_for(staff, on))
        return self.filter(mine).not_about(staff)

    def dialled_by(self, staff: Staff, on: date) -> Self:
        """For which the person may dial the number: owed that day, or nobody's yet and the team's."""
        teams = staff.teams.in_use()
        held = Q(owner=staff) | Q(owner__in=_stood_in_for(staff, on)) | Q(owner__isnull=True, team__in=teams)
        return self.open().filter(held).not_about(staff)

    def asked_of(self, staff: Staff) -> Self:
        """Passed on to the person, not accepted yet."""
        return self.filter(pending_owner=staff)

    def of_teams(self, staff: Staff) -> Self:
        """Those that lie with the person's teams or with somebody in them."""
        teams = staff.teams.in_use()
        return self.filter(Q(team__in=teams) | Q(owner__in=Staff.objects.filter(teams__in=teams)))

    def unowned(self) -> Self:
        """Nobody has taken them; or whoever had has left."""
        return self.filter(Q(owner__isnull=True) | Q(owner__is_active=False))

    def deserted(self) -> Self:
        """Whoever had them has left; or nobody had, and nobody is left in the team, or the team was closed."""
        manned = Team.objects.in_use().filter(members__is_active=True).values("pk")
        return self.filter(Q(owner__is_active=False) | (Q(owner__isnull=True) & ~Q(team__in=manned)))

    def of_target(self, target: Patient | Contact) -> Self:
        return self.filter(**{target._meta.model_name or "": target})

    def in_due_order(self) -> Self:
        return self.order_by("due_at", "pk")

    def with_people(self) -> Self:
        """With what a row shows."""
        related = self.select_related("patient", "contact", "owner__department", "team", "pending_owner", "department")
        return related.prefetch_related("patient__phones")

    def in_tree_of(self, department: Department) -> Self:
        """Those of the department and of all below it."""
        return self.filter(department__path__startswith=department.path)

    def first_promised_for(self, *, since: date | None = None, until: date | None = None) -> Self:
        """The time that the patient was told first lies on these days, both included."""
        promises = self.filter(first_due_at__gte=midnight(since)) if since else self
        return promises.filter(first_due_at__lt=midnight_after(until)) if until else promises

    def counted(self) -> Self:
        """What the figures count: everything but what was withdrawn."""
        return self.exclude(state="withdrawn")

    def met(self) -> Self:
        """Somebody tried, or it was kept, by the time first promised."""
        return self.filter(MET)

    def missed(self, at: datetime) -> Self:
        """The time first promised is over, and nobody had tried or kept it by then."""
        return self.filter(~MET, first_due_at__lt=at)

    def judged(self, at: datetime) -> Self:
        """Of which it is known whether they were in time: the denominator of `met` and `missed`."""
        return self.filter(judged_at(at))

    def postponed(self) -> Self:
        return self.filter(times_postponed__gt=0)


def judged_at(at: datetime) -> Q:
    """Whether it is known by then if it was in time, as a condition: figures count with it."""
    return MET | Q(first_due_at__lt=at)


def _stood_in_for(staff: Staff, on: date) -> models.QuerySet[Absence, int]:
    """The keys of the colleagues for whom the person stands in that day."""
    return Absence.objects.on(on).filter(deputy=staff).values_list("staff", flat=True)
