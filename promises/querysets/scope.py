"""How far a person's sight and hands reach: which promises are seen, counted, taken, dialled."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat

from accounts.access import Capability, Scope
from accounts.models import Absence, Staff
from messaging.models import Message

from .conditions import unowned


def counts_own_only(staff: Staff) -> bool:
    """The person's figures reach no further than what the person owes."""
    return not staff.scope(Capability.SEE_FIGURES) & (Scope.TEAM | Scope.DEPARTMENT_TREE | Scope.HOSPITAL)


def within_figures_of(staff: Staff, on: date) -> Q:
    """By owner, team and department alone: what promises have, and the sums of their days."""
    within = within_scope_of(staff, on, asked=False)
    return within & Q(owner=staff) if counts_own_only(staff) else within


def within_scope_of(staff: Staff, on: date | None, *, asked: bool = True) -> Q:
    """`asked`: with what one is asked to take over, wherever it lies."""
    scope = staff.scope(Capability.SEE_PROMISES)
    if not scope:
        return Q(pk__in=[])
    seen = Q(owner=staff)
    if asked:
        seen |= Q(pending_owner=staff)
    if on is not None:
        seen |= Q(owner__in=Absence.objects.left_to(staff, on))
    teams = staff.teams.in_use()
    seen |= unowned() & Q(team__in=teams)
    if Scope.TEAM in scope:
        seen |= Q(team__in=teams) | Q(owner__in=Staff.objects.filter(teams__in=teams))
    if Scope.DEPARTMENT_TREE in scope:
        seen |= in_tree_led_by(staff)
    return seen


def in_tree_led_by(staff: Staff) -> Q:
    return Q(department__path__startswith=staff.department.path) if staff.department else Q(pk__in=[])


def was_told(staff: Staff) -> Exists:
    """A note about it, of which the source is its key, reached the person.

    Whoever is told what has become of it owed it or was asked before, and stands in its history.
    """
    key = Concat(Value("promise:"), Cast(OuterRef("pk"), models.CharField()))
    return Exists(Message.objects.notes_of(staff).filter(source=key))


def owes(staff: Staff, on: date) -> Q:
    """The person's own, or of somebody for whom the person stands in that day."""
    return Q(owner=staff) | Q(owner__in=Absence.objects.left_to(staff, on))


def may_take(staff: Staff, on: date) -> Q:
    """Nobody owns it, or somebody for whom the person stands in that day."""
    return unowned() | Q(owner__in=Absence.objects.left_to(staff, on))


def may_dial(staff: Staff, on: date) -> Q:
    """Owed that day, or nobody's and the team's."""
    return owes(staff, on) | (unowned() & Q(team__in=staff.teams.in_use()))
