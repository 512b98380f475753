"""Whom an escalation tells: looked up when it happens, for heads change, are absent or are concerned themselves."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone

from accounts.access import Role
from accounts.models import Absence, Department, Staff
from promises.models import Promise

from .keepers import keepers_of


def recipients(promise: Promise, level: int, at: datetime) -> list[Staff]:
    """1: who owes it, or who stands in; 2: the head of the department; 3: the nearest manager up the tree."""
    day = timezone.localdate(at)
    if level == 1:
        return _able(promise, _who_owes(promise, day), day)
    if level == 2:
        head = _nearest_head(promise, day)
        return [head] if head is not None else []
    return _nearest_managers(promise, day)


def who_answers_for(promise: Promise) -> Staff | None:
    """Whom it is with, there or not: the owner, else who leads the team, else one of it, who works here still.

    None: nobody of the team does.
    """
    if promise.owner is not None:
        return promise.owner
    team = promise.team
    assert team is not None  # noqa: S101  an open promise has an owner or a team
    people = [*([team.lead] if team.lead is not None else []), *team.members.order_by("pk")]
    return next((person for person in people if person.is_active), None)


def nearest_head(promise: Promise, at: datetime) -> Staff | None:
    """The head of the department, the deputy head, or the next one up the tree who is there and may keep promises."""
    return _nearest_head(promise, timezone.localdate(at))


def _who_owes(promise: Promise, day: date) -> list[Staff]:
    if promise.owner is None:
        team = promise.team
        assert team is not None  # noqa: S101  an open promise has an owner or a team
        people = [*team.members.all(), *([team.lead] if team.lead is not None else [])]
        return list(dict.fromkeys(people))
    stands_in = Absence.objects.on(day).filter(staff=promise.owner, deputy__isnull=False).select_related("deputy")
    return [promise.owner, *(absence.deputy for absence in stands_in if absence.deputy is not None)]


def _nearest_head(promise: Promise, day: date) -> Staff | None:
    for department in upwards(promise.department):
        leaders = [person for person in (department.head, department.deputy) if person is not None]
        if able := [person for person in _able(promise, leaders, day) if person.pk != promise.owner_id]:
            return able[0]
    return None


def _nearest_managers(promise: Promise, day: date) -> list[Staff]:
    for department in upwards(promise.department):
        managers = Staff.objects.active().with_role(Role.MANAGER).filter(department=department).order_by("pk")
        if able := [manager for manager in _able(promise, managers, day) if manager.pk != promise.owner_id]:
            return able
    return []


def upwards(department: Department | None) -> list[Department]:
    """The department and those above it, from below."""
    if department is None:
        return []
    keys = [int(part) for part in department.path.split("/") if part]
    return list(Department.objects.filter(pk__in=keys).select_related("head", "deputy").order_by("-path"))


def _able(promise: Promise, people: Iterable[Staff], day: date) -> list[Staff]:
    """Those who may keep it and are there that day."""
    people = list(people)
    away = Absence.objects.on(day).filter(staff__in=people).values("staff")
    keepers = keepers_of(promise).filter(pk__in=[person.pk for person in people]).exclude(pk__in=away)
    able = set(keepers.values_list("pk", flat=True))
    return [person for person in people if person.pk in able]
