"""Who may keep a promise: one rule for what is made, moved, offered or told when it is late; and who has how much."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, FilteredRelation, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Absence, Staff, Team
from accounts.querysets.staff import BY_NAME, StaffQuerySet
from hospital_crm.lib.errors import DomainError
from promises.models import Promise


class CannotTakeOver(DomainError):
    """The colleague has left, has no role that keeps promises, or is a person concerned."""

    message = _("This colleague cannot keep promises to this patient. Choose somebody else.")
    field = "to"


class CannotOwn(CannotTakeOver):
    """The same, where the form asks for an owner."""

    field = "owner"


class NobodyOwns(DomainError):
    """A promise needs somebody who owes it: a person, or a team."""

    message = _("Say who owes this: a person, or a team.")
    field = "owner"


class OwnerHasLeft(DomainError):
    """Only somebody who works here can owe."""

    message = _("This person no longer works here. Choose somebody else.")
    field = "owner"


class NobodyOnTeam(DomainError):
    """Nobody of the team could take it."""

    message = _("Nobody is on this team. Choose another one, or a person.")
    field = "team"


def keepers_of(promise: Promise) -> StaffQuerySet:
    """Who may keep this one: whose role lets them, without the persons concerned."""
    return keepers_without(promise.excluded.values_list("pk", flat=True))


def keepers_without(concerned: Iterable[int]) -> StaffQuerySet:
    keepers: StaffQuerySet = Staff.objects.keepers().exclude(pk__in=concerned)
    return keepers


def keepers_led_by(leader: Staff) -> StaffQuerySet:
    """Who may keep promises in the department that the person leads, and in all below it."""
    keepers: StaffQuerySet = Staff.objects.keepers()
    if leader.department is None:
        return keepers.none()
    return keepers.filter(department__path__startswith=leader.department.path)


def successors_of(promise: Promise, giver: Staff) -> StaffQuerySet:
    """Whom the giver can ask to take it over: whoever may keep it and does not owe it already."""
    return keepers_of(promise).exclude(pk__in={promise.owner_id, giver.pk})


def sharers_of(promises: Iterable[Promise], *, leader: Staff, at: datetime) -> QuerySet[Any]:
    """Who is there today of the leader's departments and of the teams that owe these; least loaded first."""
    rows = list(promises)
    around = Q(teams__in={row.team_id for row in rows if row.team_id})
    if leader.department is not None:
        around |= Q(department__path__startswith=leader.department.path)
    keepers = Staff.objects.keepers().filter(pk__in=Staff.objects.filter(around).values("pk"))
    there = keepers.exclude(pk__in=Absence.objects.on(timezone.localdate(at)).values("staff"))
    owners = {row.owner_id for row in rows}
    if len(owners) == 1:  # whose list it is has nothing to share with
        there = there.exclude(pk__in=owners)
    return with_loads(there, reader=leader, at=at).order_by("open_number", *BY_NAME)


def check_can_keep(promise: Promise, staff: Staff) -> None:
    """Raises CannotTakeOver."""
    if not keepers_of(promise).filter(pk=staff.pk).exists():
        raise CannotTakeOver


def check_owner(owner: Staff | None, team: Team | None, keepers: StaffQuerySet) -> None:
    """The owner, or somebody of the team, is among those who may keep it.

    Raises NobodyOwns, OwnerHasLeft, CannotOwn, NobodyOnTeam.
    """
    if owner is not None:
        if not owner.is_active:
            raise OwnerHasLeft
        if not keepers.filter(pk=owner.pk).exists():
            raise CannotOwn
    elif team is None:
        raise NobodyOwns
    elif not can_take(team, keepers):
        raise NobodyOnTeam


def can_take(team: Team, keepers: StaffQuerySet) -> bool:
    """The team is in use, and somebody is on it who may keep the promise."""
    return team.is_active and keepers.filter(teams=team).exists()


def teams_of(keepers: StaffQuerySet) -> QuerySet[Team]:
    """The teams that can take what these may keep."""
    return Team.objects.in_use().filter(Exists(keepers.filter(teams=OuterRef("pk")))).order_by("name_zh")


def with_loads(colleagues: StaffQuerySet, *, reader: Staff, at: datetime) -> QuerySet[Any]:
    """With `open_number` and `late_number` of what each one owes, as far as the reader may know.

    What is about the reader is not counted: it would show who deals with it.
    """
    open_ones = FilteredRelation("promises", condition=Q(promises__state=Promise.State.OPEN))
    known = ~Exists(Promise.excluded.through.objects.filter(promise=OuterRef("owed"), staff=reader))
    return colleagues.alias(owed=open_ones).annotate(
        open_number=Count("owed", filter=known), late_number=Count("owed", filter=known & Q(owed__late_at__lt=at))
    )
