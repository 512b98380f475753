"""The vocabulary for reading what is owed, by whoever asks."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, ExpressionWrapper, OuterRef, Q
from django.utils import timezone

from accounts.access import Capability, Scope
from accounts.models import Absence, Staff

from .scope import (
    counts_own_only,
    in_tree_led_by,
    may_dial,
    may_take,
    owes,
    was_told,
    within_figures_of,
    within_scope_of,
)
from .states import PromiseStateQuerySet

if TYPE_CHECKING:
    from patients.models import Target

NONE = "null"  # of a filter: those that have none
AHEAD = 10  # of what is open for one person


class PromiseQuerySet(PromiseStateQuerySet):
    """Who may see, count, settle, take and dial which."""

    def visible_to(self, staff: Staff, on: date | None = None) -> Self:
        """One's own, what one is asked to take over, the teams', the department tree's; never about oneself.

        Whatever the scope, what nobody of one's teams owns yet; with a day, what colleagues owe for whom one stands in.
        """
        return self.filter(within_scope_of(staff, on)).not_about(staff)

    def readable_by(self, staff: Staff, on: date) -> Self:
        """Of which the person may read the page, so that a note about it leads there; never about oneself.

        The visible ones, those in whose history one stands, and those of which one was told: a head whose role reaches
        no further than what one owes, or whoever owed it until a colleague accepted it.
        """
        if not staff.scope(Capability.SEE_PROMISES):
            return self.none()
        return self.filter(within_scope_of(staff, on) | self._had_part(staff) | was_told(staff)).not_about(staff)

    def exportable_by(self, staff: Staff, on: date) -> Self:
        """Of those that one sees, what one may carry away: as far as one's figures reach."""
        if not staff.scope(Capability.SEE_FIGURES):
            return self.none()
        return self.visible_to(staff, on).filter(within_figures_of(staff, on))

    def matching(self, reader: Staff, at: datetime, **asked: Any) -> Self:
        """What the list's filter means to this reader then. Owner and team by their key, or "null" for none; kinds and
        states by their names, days as `first_promised_for`.
        """
        day, whose, measure = timezone.localdate(at), asked.get("whose"), asked.get("measure")
        rows = self.first_promised_for(since=asked.get("since"), until=asked.get("until")).standing(
            asked.get("state"), at
        )
        for column in ("kind", "owner", "team"):
            if value := asked.get(column):
                rows = rows.filter(**{f"{column}__isnull": True} if value == NONE else {column: value})
        rows = rows.in_tree_of(asked["department"]) if asked.get("department") else rows
        if whose:
            rows = rows.on_desk_of(reader, day) if whose == "mine" else rows.on_desks_around(reader, day)
        if when := asked.get("falls"):  # as the workbench groups them: a team's list begins with what nobody owns
            rows = rows.falling(when, at, unowned_first=when == "unowned" or whose == "team")
        if measure:  # as the figures count: without what one is only asked to take over
            counted = self.model._default_manager.counted_for(reader, day)
            rows = rows.measured(measure, at).filter(pk__in=counted.values("pk"))
        return rows

    def counted_for(self, staff: Staff, on: date) -> Self:
        """What the person's figures count: one's own, or all within the scope, also what is about oneself.

        What one is only asked to take over counts where it lies.
        """
        counted = self.filter(within_figures_of(staff, on))
        return counted.not_about(staff) if counts_own_only(staff) else counted

    def withheld_from(self, staff: Staff, on: date) -> Self:
        """What the person's figures count and no list shows, for it is about the person."""
        if counts_own_only(staff):
            return self.none()
        return self.filter(within_scope_of(staff, on, asked=False), excluded=staff)

    def _had_part(self, staff: Staff) -> Exists:
        """Made it, owed it, was asked to take it over, or did something about it; was not only told that it is late."""
        events = self.model.events.field.model._default_manager
        own = events.exclude(verb="escalated").filter(Q(staff=staff) | Q(actor__staff=staff))
        return Exists(own.filter(promise=OuterRef("pk")))

    def reassignable_by(self, staff: Staff) -> Self:
        """The open ones that the person may give to others: of the department tree that one leads, not about oneself.

        Not what one sees for another reason: was asked to take over, or finds unowned in one's team.
        """
        if Scope.DEPARTMENT_TREE not in staff.scope(Capability.REASSIGN_IN_BULK):
            return self.none()
        return self.open().filter(in_tree_led_by(staff)).not_about(staff)

    def settleable_by(self, staff: Staff, on: date) -> Self:
        """Those that a call of the person may settle: the visible ones; and to ring back is done whoever does it."""
        mine = self.model._default_manager.visible_to(staff, on).values("pk")
        return self.filter(Q(kind="ring_back") | Q(pk__in=mine)).of_no_row().not_about(staff)

    def owed_by(self, staff: Staff, on: date) -> Self:
        """What the person has to see to that day: one's own, and those of whom one stands in for."""
        return self.filter(owes(staff, on))

    def on_desk_of(self, staff: Staff, on: date) -> Self:
        """What the person owes that day, and what was passed on to the person and waits for an answer."""
        return self.filter(owes(staff, on) | Q(pending_owner=staff)).not_about(staff)

    def on_desks_around(self, staff: Staff, on: date) -> Self:
        """What the person's team has to see to; for whoever leads, the whole department tree."""
        visible = self.visible_to(staff, on)
        return visible if Scope.DEPARTMENT_TREE in staff.scope(Capability.SEE_PROMISES) else visible.of_teams(staff)

    def dialled_by(self, staff: Staff, on: date) -> Self:
        """For which the person may dial the number."""
        return self.open().filter(may_dial(staff, on)).not_about(staff)

    def taken_by(self, staff: Staff, on: date) -> Self:
        """Which the person may take, of those that the person sees."""
        return self.open().filter(may_take(staff, on)).not_about(staff)

    def with_rights_of(self, staff: Staff, on: date) -> Self:
        """With what the person may do: `may_take`, `may_dial`, `may_release`; and `stands_in`, for whoever owes it."""
        return self.annotate(
            may_take=_as_fact(may_take(staff, on)),
            may_dial=_as_fact(may_dial(staff, on)),
            may_release=_as_fact(owes(staff, on)),
            stands_in=_as_fact(Q(owner__in=Absence.objects.left_to(staff, on))),
        )

    def with_hands_of(self, staff: Staff, on: date) -> Self:
        """Of those that the person may read, with `is_in_hands`: whether the person may act on it, too."""
        return self.annotate(is_in_hands=_as_fact(within_scope_of(staff, on)))

    def ahead_of(self, target: Target, reader: Staff, on: date) -> Self:
        """What is open for the person, the nearest first, but nothing about the reader; `is_in_hands` as above."""
        known = self.of_target(target).open().not_about(reader).with_hands_of(reader, on)
        return known.select_related("owner", "team", "pending_owner", "department").in_due_order()[:AHEAD]

    def asked_of(self, staff: Staff) -> Self:
        """Passed on to the person, not accepted yet."""
        return self.filter(pending_owner=staff)

    def of_teams(self, staff: Staff) -> Self:
        """Those that lie with the person's teams or with somebody in them."""
        teams = staff.teams.in_use()
        return self.filter(Q(team__in=teams) | Q(owner__in=Staff.objects.filter(teams__in=teams)))


def _as_fact(condition: Q) -> ExpressionWrapper[Any]:
    return ExpressionWrapper(condition, output_field=models.BooleanField())
