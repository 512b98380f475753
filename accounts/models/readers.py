"""Whoever reads, for queries that are put together once for all who have the same rights."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.db.models import BigIntegerField, CharField, DateField

from accounts.access import Role
from accounts.querysets.departments import TeamQuerySet
from hospital_crm.lib.prepared import Gap

from .departments import Team
from .staff import Staff

KEY, ACTOR = Gap("reader", BigIntegerField()), Gap("reader's actor", BigIntegerField())
DEPARTMENT, PATH = Gap("reader's department", BigIntegerField()), Gap("reader's path", CharField())
TODAY = Gap("today", DateField())


@dataclass(frozen=True)
class Reader:
    """Somebody apart from their rights: a query for `anybody` is the one of all whose `shape` is the same."""

    shape: Hashable  # their rights, and whether there is a department: all that decides what is asked
    anybody: Any  # stands for the person wherever a query is put together for one of the staff
    values: dict[str, Any]  # who it is, and on which day
    today: Any = TODAY


def reader_of(staff: Staff, today: date) -> Reader:
    """The person on that day. Every query for `anybody` that asks for a day has to be given `today` of the reader."""
    roles, place = tuple(staff.roles), staff.department
    values = {"reader": staff.pk, "reader's actor": staff.actor.pk, "today": today}
    if place is not None:
        values |= {"reader's department": place.pk, "reader's path": place.path}
    shape = (roles, place is not None)
    return Reader(shape, _anybody(*shape), values)


class _Place:
    pk, path = DEPARTMENT, PATH


class _Anybody:
    """Has nothing of a person but what all with these roles have in common, and gaps for what a query may need."""

    pk, actor = KEY, ACTOR
    scope, can = Staff.scope, Staff.can

    def __init__(self, roles: tuple[Role, ...], has_place: bool) -> None:
        self.roles = roles
        self.department = _Place if has_place else None
        self.department_id = DEPARTMENT if has_place else None

    @property
    def teams(self) -> TeamQuerySet:
        return Team.objects.filter(members=KEY)

    def resolve_expression(self, *args: Any, **kwargs: Any) -> Any:
        """In a condition the person is their key, as one of the staff is."""
        return KEY.resolve_expression(*args, **kwargs)


@cache
def _anybody(roles: tuple[Role, ...], has_place: bool) -> _Anybody:
    return _Anybody(roles, has_place)
